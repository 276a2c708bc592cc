// Whether the pages of a column fit what is stated of them, before they are unpacked. The reader of parquet believes their
// headers; with a damaged one it would search without end or ask for memory without measure.

import type { ColumnMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import type { ReadAt } from "../../tar.ts";

const largestHeaderBytes = 2 ** 16;
const largestPageBytes = 2 ** 30;

/**
 * Walks through the headers of a column's pages.
 *
 * @param rows - how many values they should have together
 * @throws Error with a reason in words
 */
export async function checkPages(read: ReadAt, column: ColumnMetaData, rows: number): Promise<void> {
  const start = Number(column.dictionary_page_offset ?? column.data_page_offset);
  const end = start + Number(column.total_compressed_size);
  let values = 0;
  for (let at = start; values < rows; ) {
    const bytes = await read(at, Math.max(0, Math.min(largestHeaderBytes, end - at)));
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
    const { type, ...page } = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = page;
    at += reader.offset + whole(packed);
    if (whole(unpacked) > largestPageBytes) throw new Error(`a page in it states ${unpacked} bytes`);
    if (at > end) throw new Error("a page in it is longer than its column");
    if (type === "DICTIONARY_PAGE") whole(page.dictionary_page_header?.num_values);
    else if (type === "DATA_PAGE") values += whole(page.data_page_header?.num_values);
    else if (type === "DATA_PAGE_V2") {
      const { num_values, num_nulls, definition_levels_byte_length, repetition_levels_byte_length } =
        page.data_page_header_v2 ?? {};
      const levels = whole(definition_levels_byte_length) + whole(repetition_levels_byte_length);
      if (levels > packed || whole(num_nulls) > whole(num_values))
        throw new Error("the header of a page in it is damaged");
      values += whole(num_values);
    }
  }
  if (values !== rows) throw new Error(`its pages have ${values} values where ${rows} rows are stated`);
}

function whole(value: number | undefined): number {
  if (value === undefined || !Number.isSafeInteger(value) || value < 0)
    throw new Error("the header of a page in it is damaged");
  return value;
}
