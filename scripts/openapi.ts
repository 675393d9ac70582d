/** Writes api/openapi.json from the routes themselves. A test holds the file to them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { OPENAPI_FILE, openApiText } from '../src/portals/openapi.ts';

await mkdir(new URL('.', OPENAPI_FILE), { recursive: true });
await writeFile(OPENAPI_FILE, await openApiText());
