import { execFileSync } from 'node:child_process';
import type { Launch } from '../../demo/processes.ts';
import type { Stage } from './stage.ts';

/** Something between two halves of the members that can be cut and healed. */
export interface Divide {
  /** How it is cut, for the story. */
  readonly how: string;
  readonly hosts: Readonly<Record<string, string>>;
  readonly hasUplinks: boolean;
  launchOf(name: string): Launch;
  cut(stage: Stage): void;
  heal(stage: Stage): void;
  close(): void;
}

export type Halves = readonly [readonly string[], readonly string[]];

/** Network namespaces where the system allows them; else every node's way out refuses what leads to the other half. */
export function divideBetween(halves: Halves): Divide {
  try {
    return new NamespaceDivide(halves);
  } catch {
    return new RefusingDivide(halves);
  }
}

/** Of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544): no route of this machine leads there. */
const NETS = 64;

/**
 * A network of its own for each half, and a bridge in a third between them. Cut, the bridge loses a port: packets go out
 * and nothing comes back, as when a cable is dug up. The drill itself reaches each half by a way that stays.
 */
class NamespaceDivide implements Divide {
  readonly how = 'network namespaces: packets are lost';
  readonly hasUplinks = false;
  readonly hosts: Record<string, string> = {};
  readonly #spaces: readonly string[];
  readonly #between: string;
  readonly #spaceOf = new Map<string, string>();

  constructor(halves: Halves) {
    const name = `bongsu-${process.pid}`;
    const net = `198.18.${(process.pid % NETS) * 4}`;
    this.#spaces = [`${name}-a`, `${name}-b`];
    this.#between = `${name}-m`;
    try {
      this.#lay(halves, net);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  launchOf(name: string): Launch {
    return { through: ['ip', 'netns', 'exec', this.#spaceOf.get(name)!] };
  }

  cut(): void {
    ip('-n', this.#between, 'link', 'set', 'port0', 'down');
  }

  heal(): void {
    ip('-n', this.#between, 'link', 'set', 'port0', 'up');
  }

  close(): void {
    // With a namespace go the links that end in it.
    for (const space of [...this.#spaces, this.#between]) quietly(() => ip('netns', 'delete', space));
  }

  #lay(halves: Halves, net: string): void {
    const between = this.#between;
    ip('netns', 'add', between);
    ip('-n', between, 'link', 'add', 'bridge0', 'type', 'bridge');
    ip('-n', between, 'link', 'set', 'bridge0', 'up');
    const [, , third = ''] = net.split('.');
    halves.forEach((names, half) => {
      const space = this.#spaces[half]!;
      const own = `${net}.${half + 1}`;
      const way = `198.18.${Number(third) + 1 + half}`;
      ip('netns', 'add', space);
      ip('-n', space, 'link', 'set', 'lo', 'up');
      ip('-n', between, 'link', 'add', `port${half}`, 'type', 'veth', 'peer', 'name', 'peers', 'netns', space);
      ip('-n', between, 'link', 'set', `port${half}`, 'master', 'bridge0', 'up');
      ip('-n', space, 'address', 'add', `${own}/24`, 'dev', 'peers');
      ip('-n', space, 'link', 'set', 'peers', 'up');
      // The drill's own way in; it leads to no other half, as nothing here forwards.
      const outside = `bd${process.pid % 1_000_000}${half}`;
      ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'drill', 'netns', space);
      ip('address', 'add', `${way}.1/24`, 'dev', outside);
      ip('link', 'set', outside, 'up');
      ip('-n', space, 'address', 'add', `${way}.2/24`, 'dev', 'drill');
      ip('-n', space, 'link', 'set', 'drill', 'up');
      ip('route', 'add', `${own}/32`, 'via', `${way}.2`);
      for (const name of names) {
        this.#spaceOf.set(name, space);
        this.hosts[name] = own;
      }
    });
  }
}

class RefusingDivide implements Divide {
  readonly how = 'a proxy for each node: connections are refused';
  readonly hosts = {};
  readonly hasUplinks = true;
  readonly #halves: Halves;

  constructor(halves: Halves) {
    this.#halves = halves;
  }

  launchOf(): Launch {
    return {};
  }

  cut(stage: Stage): void {
    this.#towardsEachOther(stage, 'refused');
  }

  heal(stage: Stage): void {
    this.#towardsEachOther(stage, 'through');
  }

  close(): void {
    // The stage closes its uplinks.
  }

  #towardsEachOther(stage: Stage, kind: 'refused' | 'through'): void {
    const [left, right] = this.#halves;
    for (const one of left) {
      for (const other of right) {
        stage.uplink(one).towards(stage.authority(other), { kind });
        stage.uplink(other).towards(stage.authority(one), { kind });
      }
    }
  }
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}

/** For what may be gone already. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    return;
  }
}
