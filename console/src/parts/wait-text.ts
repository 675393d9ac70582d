const UNITS = [
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** How long to wait, as people say it: `24시간`, `15 minutes`, `40 seconds`. Never less than it is. */
export function waitText(seconds: number, language: string): string {
  const { unit, seconds: size } = UNITS.find((one) => seconds >= 2 * one.seconds) ?? { unit: 'second', seconds: 1 };
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.ceil(seconds / size),
  );
}
