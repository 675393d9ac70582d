import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { S13Probe } from '../../src/probes/s13.ts';
import { COMMAND } from '../../src/wire/diameter/dictionary.ts';
import { programSkipReason } from '../support/programs.ts';
import { s13Vector, startS13Gate } from '../support/s13.ts';
import { S13Tap, type TappedMessage } from '../support/s13-tap.ts';

const FIELDS = ['cmd.code', 'flags', 'Result-Code', 'Experimental-Result-Code', 'Equipment-Status', 'IMEI'];

/** What tshark makes of messages: one row for each, of the fields above. */
function decode(folder: string, name: string, messages: readonly TappedMessage[]): { rows: string[]; expert: string } {
  const dump = messages.map(({ from, bytes }) => `${from === 'peer' ? 'I' : 'O'}\n${hexDump(bytes)}\n`).join('\n');
  const [hex, pcap] = [join(folder, `${name}.hex`), join(folder, `${name}.pcap`)];
  writeFileSync(hex, dump);
  execFileSync('text2pcap', ['-q', '-D', '-T', '3868,40000', hex, pcap], { stdio: 'pipe' });
  const tshark = (...args: string[]) =>
    execFileSync('tshark', ['-r', pcap, ...args], { encoding: 'utf8', stdio: 'pipe' });
  const fields = FIELDS.flatMap((field) => ['-e', `diameter.${field}`]);
  const rows = tshark('-Y', 'diameter', '-T', 'fields', '-E', 'separator=|', ...fields);
  const expert = tshark('-Y', 'diameter && _ws.expert', '-T', 'fields', '-e', '_ws.expert.message');
  return { rows: rows.trimEnd().split('\n'), expert };
}

/** As `od -Ax -tx1` writes it, which text2pcap reads. */
function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const octets = [...bytes.subarray(at, at + 16)].map((octet) => octet.toString(16).padStart(2, '0'));
    lines.push(`${at.toString(16).padStart(6, '0')} ${octets.join(' ')}`);
  }
  return lines.join('\n');
}

describe('tshark', { skip: programSkipReason('tshark', 'text2pcap'), timeout: 60_000 }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bongsu-tshark-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('reads our traffic as we mean it, and finds nothing to remark', async () => {
    const gate = await startS13Gate();
    const tap = await S13Tap.open(gate.server.address.port);
    const probe = await S13Probe.connect({
      host: '127.0.0.1',
      port: tap.port,
      originHost: 'mme.epc.test',
      originRealm: 'epc.test',
    });
    await probe.check({ imei: '35693803564380', softwareVersion: '01', imsi: '450080123456789' });
    await probe.check({ imei: '352099001761481' });
    await probe.check({ imei: '49015420323751' });
    await probe.check({ imei: '35693803564381' });
    await probe.check({ imei: '35693803564381', destinationHost: 'hss.epc.test' });
    await probe.exchange(s13Vector('ECR_RELAYED'));
    await probe.watchdog();
    await Promise.all([gate.server.close(), tap.find('gate', COMMAND.disconnectPeer, true)]);
    await probe.closed;
    const { rows, expert } = decode(folder, 'traffic', tap.messages);
    tap.close();
    assert.equal(expert, '');
    assert.deepEqual(rows, [
      '257|0x80||||',
      '257|0x00|2001|||',
      '324|0xc0||||35693803564380',
      '324|0x40|2001||0|',
      '324|0xc0||||352099001761481',
      '324|0x40|2001||1|',
      '324|0xc0||||49015420323751',
      '324|0x40|2001||2|',
      '324|0xc0||||35693803564381',
      '324|0x40||5422||',
      '324|0xc0||||35693803564381',
      '324|0x60|3002|||',
      '324|0xc0||||35209900176148',
      '324|0x40|2001||1|',
      '280|0x80||||',
      '280|0x00|2001|||',
      '282|0x80||||',
      '282|0x00|2001|||',
    ]);
  });

  it('reads our error answers, and remarks on nothing but what a peer sent wrong', async () => {
    const gate = await startS13Gate();
    const tap = await S13Tap.open(gate.server.address.port);
    const probe = await S13Probe.connect({
      host: '127.0.0.1',
      port: tap.port,
      originHost: 'mme.epc.test',
      originRealm: 'epc.test',
    });
    for (const name of ['ECR_UNKNOWN_M', 'ECR_NO_TI', 'ULR_WRONG_CMD', 'ECR_BAD_LEN', 'ECR_ZERO_LEN']) {
      await probe.exchange(s13Vector(name));
    }
    await probe.disconnect();
    await gate.server.close();
    tap.close();
    const answers = tap.messages.filter(({ from, header }) => from === 'gate' && header.application !== 0);
    const { rows, expert } = decode(folder, 'errors', answers);
    assert.deepEqual(rows, [
      '324|0x40|5001|||',
      '324|0x40|5005|||',
      '316|0x60|3001|||',
      '324|0x40|5014|||',
      '324|0x40|5014|||',
    ]);
    // The unknown AVP that is given back, and examples without data: clause 7.5 wants both so.
    assert.deepEqual(
      expert
        .trim()
        .split('\n')
        .map((remark) => remark.split(',')[0]),
      ['Unknown AVP 9999 (vendor=Unknown)', 'Data is empty', 'Data is empty'],
    );
  });
});
