/** What only the page of look-ups says. */
export const koLookUps = {
  lead: '누가 누구의 정보를 보았는지 보여 줍니다. 사건 없이 본 조회가 먼저 나옵니다.',
  empty: '해당하는 조회가 없습니다.',
  at: '시각',
  actor: '조회한 사람',
  action: '조회 종류',
  subject: '조회 대상',
  case: '근거',
  withoutCase: '사건 없음',
  refused: '거부됨',
  ground: '보여 줄 조회',
  onlyWithoutCase: '사건 없는 조회만',
  all: '모든 조회',
  since: '이때부터',
  until: '이때까지',
  show: '보기',
};
