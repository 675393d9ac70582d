/**
 * Where members are, and how far apart: round trips in ms, median of 30 days to 2026-07-30, from a row's region to a
 * column's, as published in "Azure network round-trip latency statistics"
 * (learn.microsoft.com/azure/networking/azure-network-latency, page of 2026-07-30). Its table of the 95th percentile for
 * the same days lies mostly 2 to 11 % above, so a cloud's backbone jitters little; members' own lines are assumed to do
 * worse.
 */

/** Between members of one region. The page gives 3 to 70 ms between neighbouring regions of one continent. */
const SAME = 20;

/**
 * A region, with the share of all members that is in it. Shares follow the 193 states of the United Nations, on the
 * assumption that each has about as many operators: Africa 28 %, Europe 22, Asia 25, the Americas 18, Oceania 7.
 */
export interface Region {
  readonly name: string;
  readonly percent: number;
  /** To each region, in their order. */
  readonly roundTripsMs: readonly number[];
}

export const REGIONS: readonly Region[] = [
  region('East US', 7, [SAME, 69, 52, 117, 78, 83, 97, 174, 219, 198, 224, 162, 184, 201]),
  region('West US', 1, [67, SAME, 52, 169, 140, 145, 159, 234, 273, 218, 170, 108, 131, 140]),
  region('Mexico Central', 4, [53, 52, SAME, 156, 126, 132, 147, 210, 259, 251, 218, 145, 166, 178]),
  region('Brazil South', 6, [118, 169, 156, SAME, 181, 185, 201, 277, 321, 304, 331, 262, 283, 295]),
  region('UK South', 5, [78, 140, 126, 180, SAME, 11, 27, 119, 164, 141, 167, 229, 240, 261]),
  region('West Europe', 9, [85, 146, 131, 185, 11, SAME, 22, 111, 166, 140, 169, 233, 243, 265]),
  region('Italy North', 8, [98, 161, 146, 200, 28, 23, SAME, 106, 174, 132, 167, 238, 234, 260]),
  region('UAE North', 8, [176, 236, 210, 274, 112, 111, 107, SAME, 103, 32, 83, 151, 147, 173]),
  region('South Africa North', 28, [220, 272, 260, 321, 163, 166, 173, 103, SAME, 130, 177, 247, 242, 328]),
  region('Central India', 7, [201, 217, 253, 303, 141, 139, 134, 32, 131, SAME, 53, 122, 121, 145]),
  region('Southeast Asia', 6, [224, 170, 217, 330, 167, 169, 165, 83, 177, 53, SAME, 72, 68, 95]),
  region('Japan East', 2, [162, 107, 145, 262, 230, 234, 237, 152, 251, 122, 72, SAME, 29, 103]),
  region('Korea Central', 2, [185, 130, 165, 284, 239, 241, 234, 146, 246, 119, 68, 30, SAME, 126]),
  region('Australia East', 7, [202, 140, 178, 295, 261, 264, 262, 172, 328, 144, 95, 104, 127, SAME]),
];

function region(name: string, percent: number, roundTripsMs: readonly number[]): Region {
  return { name, percent, roundTripsMs };
}

/** The numbers of the regions of so many members, spread evenly over the shares. */
export function placesOf(members: number, regions: readonly Pick<Region, 'percent'>[] = REGIONS): number[] {
  const places: number[] = [];
  let [upTo, region] = [regions[0]!.percent, 0];
  for (let member = 0; member < members; member++) {
    const at = ((member + 0.5) * 100) / members;
    while (at >= upTo) upTo += regions[++region]!.percent;
    places.push(region);
  }
  return places;
}
