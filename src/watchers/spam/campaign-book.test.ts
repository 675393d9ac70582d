import assert from 'node:assert/strict';
import { it } from 'node:test';
import { describeOnEngines } from '../../../test/support/engines.ts';
import { SPAM_NOW_MS } from '../../../test/support/spam.ts';
import { fingerprint } from '../../texts/fingerprint.ts';
import { CampaignBook, SHAPES_PER_CAMPAIGN_MAX, SHAPES_SIGHTED_MAX } from './campaign-book.ts';
import { hourOf } from './sighting.ts';

const REPORTED = '급전 당일 대출 상담 접수 중 지금 바로 연락 주세요 누구나 가능합니다';
const ORDINARY = [
  '주문하신 상품이 오늘 오후에 도착할 예정입니다 문 앞에 두겠습니다',
  '내일 오전 열 시 치과 예약을 잊지 말고 와 주시기 바랍니다',
];

describeOnEngines('the campaigns', (engine) => {
  it('leave room for what is reported, however many texts pass', async () => {
    const store = await engine.openStore();
    const book = new CampaignBook();
    for (let place = 0; place < SHAPES_SIGHTED_MAX - 1; place++) {
      // Few bits are set, so that no text is near.
      const shape = place.toString(16).padStart(16, '0');
      assert(book.hold(shape, Math.floor(place / SHAPES_PER_CAMPAIGN_MAX)));
    }
    await store.write(async (tables) => {
      const placing = book.open(tables, SPAM_NOW_MS);
      const sight = (text: string) =>
        placing.placeSighting(fingerprint(text), { hourMs: hourOf(SPAM_NOW_MS), texts: 1 });
      const report = () => placing.placeReport({ text: REPORTED, fingerprint: fingerprint(REPORTED) }, SPAM_NOW_MS);
      assert.notEqual(await sight(ORDINARY[0]!), undefined);
      assert.equal(await sight(ORDINARY[1]!), undefined);
      const campaign = await report();
      assert.equal(await report(), campaign);
      assert.equal(await sight(REPORTED), campaign, 'what is reported is sighted all the same');
      await placing.finish();
    });
  });
});
