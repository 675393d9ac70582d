import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../base/fault.ts';
import { INTERFACE_VERSION, PASSWORD_SIZE_MAX, readBind, SYSTEM_ID_SIZE_MAX, writeBind } from './bind.ts';
import { COMMAND } from './command.ts';
import { HEADER_SIZE } from './header.ts';
import { readNamedResponse, writeNamedResponse } from './responses.ts';
import { textTlv, TLV_TAG } from './tlv.ts';

const printable = (sizeMax: number) => fc.stringMatching(new RegExp(`^[!-~]{0,${sizeMax - 1}}$`));

describe('a bind', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(printable(SYSTEM_ID_SIZE_MAX), printable(PASSWORD_SIZE_MAX), (systemId, password) => {
        const bind = { systemId, password, systemType: '', interfaceVersion: INTERFACE_VERSION };
        const pdu = writeBind(COMMAND.bindTransceiver, 1, bind);
        assert.deepEqual(readBind(pdu, 0, pdu.length), bind);
      }),
    );
  });

  it('cut at any octet is a fault', () => {
    const bind = { systemId: 'saessak', password: 'secret', systemType: 'x', interfaceVersion: INTERFACE_VERSION };
    const pdu = writeBind(COMMAND.bindReceiver, 1, bind);
    for (let size = HEADER_SIZE; size < pdu.length; size++) assert(readBind(pdu, 0, size) instanceof Fault);
  });

  it('with a system_id one longer than any is a fault', () => {
    const [longest, longer] = [15, 16].map((length) => {
      const bind = { systemId: 'x'.repeat(length), password: '', systemType: '', interfaceVersion: INTERFACE_VERSION };
      return writeBind(COMMAND.bindReceiver, 1, bind);
    });
    assert(!(readBind(longest!, 0, longest!.length) instanceof Fault));
    assert(readBind(longer!, 0, longer!.length) instanceof Fault);
  });
});

describe('a response with an error', () => {
  it('bears a name and optional parameters, though the standard has no body there', () => {
    const tlvs = [textTlv(TLV_TAG.additionalStatusInfoText, 'why')];
    const pdu = writeNamedResponse({ command: COMMAND.submitSm, status: 0x45, sequence: 9 }, { name: '', tlvs });
    assert.equal(pdu.subarray(0, 16).toString('hex'), '00000019800000040000004500000009');
    assert.deepEqual(readNamedResponse(pdu, 0, pdu.length), { name: '', tlvs });
  });

  it('without a body has an empty name', () => {
    assert.deepEqual(readNamedResponse(Buffer.alloc(HEADER_SIZE), 0, HEADER_SIZE), { name: '', tlvs: [] });
  });
});
