/** The sign of the house: one fire on one hill. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path className="mark-hill" d="M2 28 C9 26 11 18 16 18 C21 18 23 26 30 28 Z" />
      <path className="mark-hearth" d="M13.2 18.5 L14 14.5 H18 L18.8 18.5 Z" />
      <path
        className="mark-flame"
        d="M16 3 C19 6.4 20 8.6 19 11.2 C18.4 13 17.4 13.8 16 13.8 C14.4 13.8 13 12.6 12.8 11 C12.6 9.2 13.8 8.2 14.4 6.8 C14.9 5.6 15.4 4.4 16 3 Z"
      />
    </svg>
  );
}
