type Props = { label: string; value: string; onChange: (text: string) => void };

/** A line to write on. */
export const SearchBox = ({ label, value, onChange }: Props) => (
  <input
    type="search"
    aria-label={label}
    placeholder={label}
    value={value}
    onChange={(event) => onChange(event.target.value)}
    autoComplete="off"
    spellCheck={false}
    className="h-13 w-full border-b-2 border-ink bg-transparent text-lg outline-offset-4"
  />
);
