/** Numbers of certificates and the like, of which none is broken in two at its dash. */
export function Numbers({ of: numbers }: { of: readonly string[] }) {
  return (
    <span>
      {numbers.map((number, place) => (
        <span key={number}>
          {place > 0 && ', '}
          <span className="number">{number}</span>
        </span>
      ))}
    </span>
  );
}
