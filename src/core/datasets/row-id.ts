/** The id of a row everywhere: in the frozen data, in events and in the report. */
export const rowId = (file: string, line: number): string => `${file}:${line}`;
