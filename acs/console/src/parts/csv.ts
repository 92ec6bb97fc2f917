// A table as a file. What a device says may look like a formula to a spreadsheet: such a cell is told that it is text.
const cell = (text: string) => {
  const plain = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text) ? "'" + text : text;
  return '"' + plain.replaceAll('"', '""') + '"';
};

export function saveCsv(name: string, head: string[], rows: string[][]): void {
  const text = "\ufeff" + [head, ...rows].map((row) => row.map(cell).join(";")).join("\r\n") + "\r\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name + ".csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
