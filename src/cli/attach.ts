import { Command, InvalidArgumentError } from 'commander';
import { orThrow } from '../base/fault.ts';
import { imeiKeyText, parseImei } from '../identifiers/imei.ts';
import { parseImsi } from '../identifiers/imsi.ts';
import { answerOfN5gEir, answerOfS13 } from '../probes/answers.ts';
import { N5gEirProbe } from '../probes/n5g-eir.ts';
import { S13Probe } from '../probes/s13.ts';
import { EXIT } from './run.ts';

interface Options {
  readonly s13?: string;
  readonly n5gEir?: string;
  readonly as: string;
  readonly realm?: string;
  readonly imsi?: string;
  readonly json?: boolean;
}

export function attachCommand(): Command {
  return new Command('attach')
    .description('Ask a gate about a phone, as a network does when it attaches.')
    .argument('<imei>', '14, 15 or 16 digits')
    .option('--s13 <host:port>', 'ask as an MME over Diameter', parseAddress)
    .option('--n5g-eir <host:port>', 'ask as an AMF over HTTP/2 (prior knowledge); a whole https://… apiRoot works too')
    .option('--as <origin-host>', 'with --s13: who asks; the gate must know this peer', 'mme1.hanbit.example')
    .option('--realm <realm>', 'with --s13: the realm of both; what follows the first dot of --as without it')
    .option('--imsi <digits>', 'the subscriber')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code: 0 allowed or tracked, 1 blocked, unknown or no verdict.')
    .action(async (text: string, options: Options) => {
      const imei = orThrow(parseImei(text));
      const imsi = options.imsi === undefined ? undefined : orThrow(parseImsi(options.imsi)).digits;
      const question = { digits: imeiKeyText(imei.key), version: imei.softwareVersion ?? '00', imsi };
      if ((options.s13 === undefined) === (options.n5gEir === undefined)) {
        process.stderr.write('Name one gate: --s13 HOST:PORT or --n5g-eir HOST:PORT\n');
        process.exitCode = EXIT.usage;
        return;
      }
      const answer = options.s13 === undefined ? await askAsAmf(question, options) : await askAsMme(question, options);
      process.stdout.write(`${options.json === true ? JSON.stringify({ imei: text, answer }) : answer}\n`);
      process.exitCode = answer === 'allowed' || answer === 'tracked' ? EXIT.done : EXIT.failed;
    });
}

function parseAddress(text: string): string {
  const port = /^[^/@?#]+:([0-9]{1,5})$/.exec(text)?.[1];
  if (port === undefined || Number(port) === 0 || Number(port) > 65_535) {
    throw new InvalidArgumentError('write HOST:PORT, such as 127.0.0.1:3868');
  }
  return text;
}

interface Question {
  readonly digits: string;
  readonly version: string;
  readonly imsi: string | undefined;
}

async function askAsMme({ digits, version, imsi }: Question, { s13, as, realm }: Options): Promise<string> {
  const { hostname: host, port } = new URL(`tcp://${s13}`);
  const originRealm = realm ?? as.slice(as.indexOf('.') + 1);
  const probe = await S13Probe.connect({ host, port: Number(port), originHost: as, originRealm });
  const result = await probe.check({ imei: digits, softwareVersion: version, ...(imsi !== undefined && { imsi }) });
  await probe.disconnect();
  return answerOfS13(result);
}

async function askAsAmf({ digits, version, imsi }: Question, { n5gEir }: Options): Promise<string> {
  const apiRoot = n5gEir!.includes('://') ? n5gEir! : `http://${n5gEir}`;
  const probe = await N5gEirProbe.connect({ apiRoot });
  const supi = imsi === undefined ? {} : { supi: `imsi-${imsi}` };
  const answer = await probe.check({ pei: `imeisv-${digits}${version}`, ...supi });
  await probe.close();
  return answerOfN5gEir(answer);
}
