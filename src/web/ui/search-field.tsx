import { Icon } from "./icon.tsx";

/** A field to search with; its label stands in it as long as it is empty. */
export function SearchField(props: {
  label: string;
  value: string;
  onChange: (text: string) => void;
}) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        className="input"
        type="search"
        placeholder={props.label}
        aria-label={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}
