/** What speaks for reading a data file as it is read; English. */
export const formatEvidenceEn = {
  container_jsonl: "Each line is a JSON object: JSON lines.",
  container_json_list: "It is one JSON list; its elements are the rows.",
  container_json_key: "It is one JSON object; the elements of its list “{key}” are the rows.",
  container_json_objects: "It is a sequence of JSON objects over several lines.",
  container_csv: "{rows} of the first {sampled} rows have {columns} cells, parted by {delimiter}.",
  container_csv_name: "Its name ends in {extension}: a table with one column.",
  container_xlsx: "It is an Excel workbook; sheets with rows: {sheets}.",
  xlsx_decimals:
    "{cells|cell holds|cells hold} a number with decimals, which is read as stored and not as Excel shows it: 10 % is 0.1. Write such answers as text.",
  container_parquet: "It is a Parquet file of {rows|row|rows}.",
  container_markdown: "It holds a Markdown table, from line {line} on.",
  container_text: "It is plain text: each paragraph is a row.",
  container_mapped: "It is read as {container}, as you set.",
  compressed_gzip: "It is packed with gzip.",
  encoding_utf8: "Its encoding is UTF-8.",
  encoding_mark: "Its byte-order mark says {encoding}.",
  encoding_guessed:
    "Its encoding is guessed: {encoding}. Look whether accents and umlauts are right.",
  encoding_mapped: "Its encoding is {encoding}, as you set.",
  header_names: "The first row names the columns: {columns}.",
  header_below: "The columns are named below a title: {columns}. The title is no example: {title}.",
  header_none: "The first row is no header: columns are called by their number.",
  header_mapped: "Whether the first row names the columns is as you set.",
  form_keys: "{rows} of the first {sampled} rows have the columns {columns}: {form}.",
  form_positions:
    "Nothing names the columns: the first is taken as question, the second as answer.",
  form_mixed: "The first rows have more than one form; each is read by its own.",
  form_unknown:
    "The columns {columns} are of no known form. Say which is the question, which the answer.",
  columns_unused: "Not used for training: {columns}.",
  form_mapped: "Columns are read as you set: {columns}.",
} as const;
