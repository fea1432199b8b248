/** A native select: keyboard, touch and screen readers as the system has them. */
export function Select(props: {
  id?: string;
  label?: string;
  value: string;
  options: readonly { value: string; label: string; disabled?: boolean }[];
  disabled?: boolean | undefined;
  describedBy?: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <select
      id={props.id}
      className="select"
      aria-label={props.label}
      aria-describedby={props.describedBy}
      value={props.value}
      disabled={props.disabled}
      onChange={(event) => props.onChange(event.target.value)}
    >
      {props.options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
