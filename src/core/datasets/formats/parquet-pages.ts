import type { AsyncBuffer, RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

/**
 * Goes over the page headers of a row group before it is read: where one has no sizes, the library
 * would read the same byte for ever. Throws where a header is broken.
 */
export async function checkPages(file: AsyncBuffer, { columns }: RowGroup): Promise<void> {
  for (const { meta_data: meta } of columns) {
    if (!meta) continue;
    const { dictionary_page_offset: dictionary, data_page_offset: data } = meta;
    const start = Number(dictionary && dictionary < data ? dictionary : data);
    const bytes = await file.slice(start, start + Number(meta.total_compressed_size));
    const reader = { view: new DataView(bytes), offset: 0 };
    for (let values = 0; values < meta.num_values && reader.offset < bytes.byteLength - 1;) {
      const header = parquetHeader(reader);
      const page = header.data_page_header ?? header.data_page_header_v2;
      const v2 = header.data_page_header_v2;
      const sizes = [header.compressed_page_size, header.uncompressed_page_size];
      if (page) sizes.push(page.num_values);
      if (v2) sizes.push(v2.definition_levels_byte_length, v2.repetition_levels_byte_length);
      if (!sizes.every((size) => Number.isInteger(size) && size >= 0)) {
        throw new Error("a page does not say how large it is");
      }
      values += page?.num_values ?? 0;
      reader.offset += header.compressed_page_size;
    }
  }
}
