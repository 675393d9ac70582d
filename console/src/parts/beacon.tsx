/** A chain of beacon hills at night, the fire handed from the first to the last. It says nothing that is not in words. */
export function BeaconChain() {
  return (
    <svg className="beacon-chain" viewBox="0 0 1200 260" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <radialGradient id="glow">
          <stop className="glow-middle" offset="0" />
          <stop className="glow-edge" offset="1" />
        </radialGradient>
      </defs>
      <path
        className="hill hill-far"
        d="M0 190 C140 120 220 110 330 165 C430 110 560 70 690 150 C800 90 940 100 1010 150 C1090 110 1150 120 1200 140 V260 H0 Z"
      />
      <path
        className="hill hill-middle"
        d="M0 215 C120 170 230 150 350 205 C470 150 600 140 720 200 C850 150 960 150 1060 195 C1120 175 1160 172 1200 178 V260 H0 Z"
      />
      <path
        className="hill hill-near"
        d="M0 245 C180 205 330 215 480 238 C640 205 820 210 960 236 C1060 220 1140 218 1200 222 V260 H0 Z"
      />
      <Fire x={165} y={132} size={1.5} order="first" />
      <Fire x={560} y={92} size={1.15} order="second" />
      <Fire x={870} y={98} size={0.9} order="third" />
      <Fire x={1130} y={119} size={0.7} order="fourth" />
    </svg>
  );
}

function Fire({ x, y, size, order }: { x: number; y: number; size: number; order: string }) {
  return (
    <g transform={`translate(${x} ${y}) scale(${size})`}>
      <g className={`fire fire-${order}`}>
        <circle fill="url(#glow)" r="64" cy="-14" />
        <path
          className="fire-flame"
          d="M0 -34 C9 -22 13 -16 10 -7 C8 -1 5 2 0 2 C-6 2 -10 -2 -11 -8 C-12 -14 -6 -17 -4 -22 C-3 -26 -1 -30 0 -34 Z"
        />
      </g>
      <path className="fire-hearth" d="M-9 16 L-6 2 H6 L9 16 Z" />
    </g>
  );
}
