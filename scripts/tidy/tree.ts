/** The project's files: path from the root, with forward slashes, to text. */
export type Tree = ReadonlyMap<string, string>;

/** What a check found, and how many things it looked at. */
export interface Check {
  readonly lookedAt: number;
  readonly complaints: readonly string[];
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

/** Every module that a file names: `from '…'`, `import '…'`, `import('…')`, types included. */
export function importsOf(text: string): string[] {
  const patterns = [/\bfrom\s+'([^']+)'/g, /^\s*import\s+'([^']+)'/gm, /\bimport\(\s*'([^']+)'\s*\)/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}
