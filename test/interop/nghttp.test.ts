import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { ImeiKey } from '../../src/identifiers/imei.ts';
import { runGate } from '../support/equipment-gate.ts';
import { programSkipReason } from '../support/programs.ts';

const execute = promisify(execFile);
const RESOURCE = '/n5g-eir-eic/v1/equipment-status';

describe('nghttp, frame by frame', { skip: programSkipReason('nghttp') }, () => {
  it('sees our limits, the answers, and no complaint', async () => {
    const gate = await runGate({ n5gEir: { port: 0 } });
    try {
      const imei = 35_209_900_176_148 as ImeiKey;
      gate.test.state('hub', { kind: 'device.tracked', target: { kind: 'imei', imei }, reason: 'lost' });
      const urls = ['imei-352099001761481', 'mac-00-00-5E-00-53-00'].map(
        (pei) => `${gate.apiRoot}${RESOURCE}?pei=${pei}`,
      );
      const { stdout } = await execute('nghttp', ['-v', '--no-dep', '--timeout=10', ...urls]);
      const text = stripVTControlCharacters(stdout);
      assert.match(text, /SETTINGS_MAX_CONCURRENT_STREAMS\(0x03\):256/);
      assert.match(text, /SETTINGS_MAX_HEADER_LIST_SIZE\(0x06\):16384/);
      assert.match(text, /\{"status":"GREYLISTED"\}/);
      assert.match(text, /:status: 404/);
      assert.match(text, /ERROR_EQUIPMENT_UNKNOWN/);
      assert.doesNotMatch(text, /RST_STREAM|PROTOCOL_ERROR|INTERNAL_ERROR/);
    } finally {
      await gate.stop();
    }
  });
});
