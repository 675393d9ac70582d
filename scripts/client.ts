/** `node scripts/client.ts` writes the pages' API client from api/openapi.json. A test holds the one to the other. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generateSource } from 'oazapfts';
import { OPENAPI_FILE } from './openapi.ts';

export const CLIENT_FILE = new URL('../console/src/api/generated.ts', import.meta.url);
/** Other people's style, written by a program: our lint has nothing to say to it. */
const HEAD = '/* oxlint-disable */\n';

/** The client's source: a function a route, which resolves to the answer's body or throws an HttpError. */
export async function clientText(): Promise<string> {
  const source = await generateSource(fileURLToPath(OPENAPI_FILE), { optimistic: true });
  return HEAD + source;
}

if (import.meta.main) await writeFile(CLIENT_FILE, await clientText());
