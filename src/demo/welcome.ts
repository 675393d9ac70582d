import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '../node/data-folder.ts';
import type { RunningNode } from './processes.ts';

const PLAIN = `
  Members call each other over plain HTTP: all of them are on this machine.
  Elsewhere it is TLS, with both certificates.
`;
const WORLD_LIST = shortened(fileURLToPath(new URL('../../examples/korea/worldlist.txt', import.meta.url)));

/** Every member's addresses, and the file that holds its supervisor's token. */
export function addressObject(nodes: readonly RunningNode[]): Record<string, Record<string, string>> {
  return Object.fromEntries(
    nodes.map(({ name, addresses, folder }) => [name, { ...addresses, tokens: dataFolder(folder).tokens }]),
  );
}

export function addressLines(nodes: readonly RunningNode[]): string {
  const header = ['member', 'HTTP API', 'S13', 'N5g-eir', 'SMPP', 'payments'];
  const rows = nodes.map(({ name, addresses }) => [
    name,
    addresses.api,
    addresses.s13 ?? '-',
    addresses.n5gEir ?? '-',
    addresses['smpp'] ?? '-',
    addresses['payments'] ?? '-',
  ]);
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const isPlain = nodes.every(({ node }) => node.peers === undefined);
  return `\n${table
    .map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')}${tokenLine(nodes)}${isPlain ? PLAIN : ''}`;
}

function tokenLine([first]: readonly RunningNode[]): string {
  const anybody = join(dirname(first!.folder), '<member>');
  return `\n  Tokens of each desk: ${shortened(dataFolder(anybody).tokens)}\n`;
}

/** Commands that work as they stand, in another terminal. */
export function tryNext(nodes: readonly RunningNode[], nowMs: number): string {
  const home = nodes.find(({ name }) => name === 'hanbit')!;
  const other = nodes.find(({ name }) => name === 'duru')!;
  const token = shortened(join(dataFolder(home.folder).tokens, 'supervisor'));
  const otherToken = shortened(join(dataFolder(other.folder).tokens, 'supervisor'));
  const certifier = nodes.find(({ name }) => name === 'injeung')!;
  const certifierToken = shortened(join(dataFolder(certifier.folder).tokens, 'supervisor'));
  const hub = nodes.find(({ name }) => name === 'hub')!;
  const hubToken = shortened(join(dataFolder(hub.folder).tokens, 'supervisor'));
  const receipt = shortened(join(dirname(home.folder), 'firm.receipt'));
  const [account] = home.node.gates?.messages?.accounts ?? [];
  const key = shortened(dataFolder(home.folder).logPublicKey);
  return `
It keeps running; Ctrl-C stops it. In another terminal, here:

  # report a phone of your own invention stolen, at hanbit
  npx bongsu device report 35209900176148 --reason stolen --url ${home.addresses.api} --token-file ${token}

  # let it attach at duru, over 4G and over 5G: refused
  npx bongsu attach 35209900176148 --s13 ${other.addresses.s13} --realm duru.example --as mme1.duru.example
  npx bongsu attach 35209900176148 --n5g-eir ${other.addresses.n5gEir}

  # ask duru why
  npx bongsu device check 35209900176148 --url ${other.addresses.api} --token-file ${otherToken}

  # may this firm send? anybody may ask, at any member; then who is behind the campaign
  npx bongsu certificate check ${account?.certificate} --url ${other.addresses.api}
  npx bongsu spam campaigns --url ${certifier.addresses.api} --token-file ${certifierToken}

  # what is held against cells, who was exposed, and what the law wants by when
  npx bongsu cell findings --url ${home.addresses.api} --token-file ${token}
  npx bongsu exposed list --url ${home.addresses.api} --token-file ${token}
  npx bongsu incident clock --url ${home.addresses.api} --token-file ${token}

  # take in a list from abroad (invented) at the hub, and see that duru refuses what it lists; make a list to give out
  npx bongsu exchange import worldlist ${WORLD_LIST} --url ${hub.addresses.api} --token-file ${hubToken}
  npx bongsu attach 35209900250001 --s13 ${other.addresses.s13} --realm duru.example --as mme1.duru.example
  npx bongsu exchange export worldlist --kind full --url ${hub.addresses.api} --token-file ${hubToken}
  npx bongsu exchange list --url ${hub.addresses.api} --token-file ${hubToken}

  # what hanbit has promised (invented too), and how it is kept
  npx bongsu pledges report --quarter ${quarterOf(nowMs)} --url ${home.addresses.api} --token-file ${token}

  # what hanbit has stated, and whether its log is whole: from the copy that duru keeps
  npx bongsu ledger show ${other.addresses.api}/mirrors/hanbit
  npx bongsu ledger verify ${other.addresses.api}/mirrors/hanbit --key ${key}

  # who takes part, who decides, and whose budget is what; what would be beyond a budget is shown by the second
  npx bongsu consortium show --data ${shortened(home.folder)}
  npx bongsu quarantine show --url ${home.addresses.api} --token-file ${token}

  # what was said of the firm, opened and proven by duru from its own copy, and checked offline with one public key
  npx bongsu certificate check ${account?.certificate} --receipt ${receipt} --url ${other.addresses.api}
  npx bongsu ledger check-receipt ${receipt} --key ${shortened(dataFolder(certifier.folder).logPublicKey)}

`;
}

/** The quarter that is running, in UTC. */
function quarterOf(timeMs: number): string {
  const time = new Date(timeMs);
  return `${time.getUTCFullYear()}Q${Math.floor(time.getUTCMonth() / 3) + 1}`;
}

function shortened(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
