import type { RequestRow } from '../../store/incidents/schema.ts';
import { incidentNumber, requestNumber } from './finding.ts';
import type { Language } from './languages.ts';
import { dayText } from './moments.ts';
import { detailsOf } from './requests.ts';
import type { IncidentSettings } from './settings.ts';

/** Points of the letters of a printed page. */
const TYPE_POINTS = { plain: 12, large: 20 } as const;

/** What a letter says, line by line: in short sentences, for those who read little. */
type LetterText = (facts: LetterFacts) => readonly string[];
interface LetterFacts {
  readonly name: string;
  readonly request: string;
  readonly incident: string;
  readonly state: string;
  readonly day: string;
  readonly contact: string;
}

const KO_STATES: Readonly<Record<string, string>> = {
  waiting: '유심을 기다리고 있습니다. 들어오면 알려 드립니다.',
  reserved: '유심이 준비되어 있습니다.',
  dispatched: '유심을 보냈습니다.',
  planned: '저희가 댁으로 찾아갑니다.',
  done: '유심 교체가 끝났습니다.',
  cancelled: '신청이 취소되었습니다.',
  reported: '피해 신고를 살펴보고 있습니다.',
  fraudulent: '피해로 확인되었습니다. 돈을 돌려 드립니다.',
  refunded: '돈을 돌려 드렸습니다.',
  rejected: '피해로 확인되지 않았습니다. 다시 살펴 달라고 하실 수 있습니다.',
};
const EN_STATES: Readonly<Record<string, string>> = {
  waiting: 'We wait for new USIMs and tell you when yours is here.',
  reserved: 'Your USIM is ready.',
  dispatched: 'Your USIM is on its way.',
  planned: 'We come to your home.',
  done: 'Your USIM was replaced.',
  cancelled: 'Your request was cancelled.',
  reported: 'We look into the damage that you reported.',
  fraudulent: 'The payment was fraudulent. You get your money back.',
  refunded: 'You got your money back.',
  rejected: 'We found no fraud. You may ask us to look again.',
};

const LETTERS: Readonly<
  Record<Language, { title: string; states: Readonly<Record<string, string>>; text: LetterText }>
> = {
  ko: {
    title: '안내 편지',
    states: KO_STATES,
    text: ({ name, request, incident, state, day, contact }) => [
      `${name} 님께`,
      `접수 번호: ${request} (사고 번호: ${incident}, ${day})`,
      state,
      '가족이나 믿는 사람이 대신 전화하셔도 됩니다. 본인의 동의를 여쭙습니다.',
      '저희는 문자로 인터넷 주소를 보내지 않습니다. 주소가 든 문자는 누르지 마십시오.',
      `도움이 필요하시면 ${contact} 번으로 전화하십시오.`,
    ],
  },
  en: {
    title: 'Letter',
    states: EN_STATES,
    text: ({ name, request, incident, state, day, contact }) => [
      `Dear ${name},`,
      `your request: ${request} (incident ${incident}, ${day})`,
      state,
      'Somebody whom you trust may call for you. We then ask for your consent.',
      'We never send a link by text. Tap no link in a text.',
      `If you need help, call ${contact}.`,
    ],
  },
};

/** A letter about a request, for those whom a text or a page does not help. */
export interface Letter {
  readonly language: string;
  readonly largeType: boolean;
  readonly text: string;
  /** A page to be printed, with nothing fetched from anywhere. */
  readonly html: string;
}

export function letterOf(row: RequestRow, { contact, utcOffset }: IncidentSettings): Letter {
  const { name, help } = detailsOf(row);
  const language: Language = help.language === 'en' ? 'en' : 'ko';
  const { title, states, text } = LETTERS[language];
  const lines = text({
    name: name ?? (language === 'ko' ? '고객' : 'customer'),
    request: requestNumber(row.id),
    incident: incidentNumber(row.incidentId),
    state: states[row.status]!,
    day: dayText(row.createdMs, utcOffset),
    contact,
  });
  const points = help.largeType ? TYPE_POINTS.large : TYPE_POINTS.plain;
  return {
    language,
    largeType: help.largeType,
    text: `${lines.join('\n\n')}\n`,
    html: page({ language, title, points, lines }),
  };
}

function page({
  language,
  title,
  points,
  lines,
}: {
  language: string;
  title: string;
  points: number;
  lines: readonly string[];
}): string {
  const paragraphs = lines.map((line) => `<p>${escaped(line)}</p>`).join('\n');
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title>
<style>body { font: ${points}pt/1.6 sans-serif; max-width: 34em; margin: 2cm; }</style></head>
<body>
<h1>${title}</h1>
${paragraphs}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
