import { COMMAND } from '../../src/wire/smpp/command.ts';
import { EMPTY_SHORT_MESSAGE, writeShortMessage } from '../../src/wire/smpp/short-message.ts';
import { textFields } from '../../src/wire/smpp/text.ts';
import { textTlv, TLV_TAG } from '../../src/wire/smpp/tlv.ts';

export const FIRM = { certificate: 'KS-2026-000001', originator: '301200001', number: '01012345678' };
export const SYSTEM_ID = 'saessak';
export const PASSWORD = 'bori3412';

/** A Korean text as a firm's program submits it; each differs from the others in a number. */
export function submitSm(sequence: number): Buffer {
  const fields = textFields(`[새싹상점] 주문하신 상품 ${sequence}번이 오늘 도착합니다. 문의는 고객센터로 해 주세요.`);
  return writeShortMessage(COMMAND.submitSm, sequence, {
    ...EMPTY_SHORT_MESSAGE,
    ...fields,
    source: { ton: 0, npi: 1, digits: FIRM.number },
    destination: { ton: 0, npi: 1, digits: `010${String(10_000_000 + (sequence % 80_000_000))}` },
    tlvs: [...fields.tlvs, textTlv(TLV_TAG.originatorCode, FIRM.originator)],
  });
}
