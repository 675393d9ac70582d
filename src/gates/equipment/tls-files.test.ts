import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { TestAuthority } from '../../../test/support/certificates.ts';
import { readTlsFiles, TlsFilesError, type TlsFilesFault } from './tls-files.ts';

describe('the certificates of a gate', () => {
  let folder: string;
  let authority: TestAuthority;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bongsu-tls-'));
    authority = new TestAuthority(folder);
  });
  after(() => rm(folder, { recursive: true }));

  function faultOf(files: Parameters<typeof readTlsFiles>[0]): TlsFilesFault {
    try {
      readTlsFiles(files);
    } catch (error) {
      if (error instanceof TlsFilesError) return error.facts;
      throw error;
    }
    assert.fail('there is no fault');
  }

  it('are read, and with an authority callers must show theirs', () => {
    const { certFile, keyFile } = authority.issue('eir.example');
    assert.equal('requestCert' in readTlsFiles({ certFile, keyFile }), false);
    assert.partialDeepStrictEqual(readTlsFiles({ certFile, keyFile, caFile: authority.caFile }), {
      requestCert: true,
      rejectUnauthorized: true,
    });
  });

  it('are refused where a file is missing, is no PEM, or does not fit the other', async () => {
    const { certFile, keyFile } = authority.issue('eir.example');
    const missing = join(folder, 'missing.pem');
    const garbage = join(folder, 'garbage.pem');
    await writeFile(garbage, 'garbage');
    const unusable = (file: string, reason: string) => ({ code: 'GATE_TLS_UNUSABLE', file, reason });
    assert.deepEqual(faultOf({ certFile, keyFile: missing }), { code: 'GATE_TLS_UNREADABLE', file: missing });
    assert.deepEqual(
      [
        faultOf({ certFile: garbage, keyFile }),
        faultOf({ certFile, keyFile, caFile: garbage }),
        faultOf({ certFile, keyFile: authority.issue('other.example').keyFile }),
      ],
      [
        unusable(garbage, 'ERR_OSSL_PEM_NO_START_LINE'),
        unusable(garbage, 'ERR_OSSL_PEM_NO_START_LINE'),
        unusable(certFile, 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'),
      ],
    );
  });
});
