/** A share from 0 to 1 as a plucked string; `undefined` = unknown. */
export function Progress({ value, label }: { value: number | undefined; label: string }) {
  const style = { "--p": value ?? 0 } as React.CSSProperties;
  return (
    <div
      className="prog"
      style={style}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}
    >
      <i />
    </div>
  );
}
