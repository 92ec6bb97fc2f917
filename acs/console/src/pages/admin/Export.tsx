// The fleet as a file: made by the server while the browser takes it, so that it may be as large as the fleet.
import { useSignal } from "@preact/signals";
import { query } from "../../api";
import { a } from "../../i18n/admin";
import { language } from "../../state/language";
import { Dialog } from "../../parts/Dialog";
import { Segments } from "../../parts/fields";

/** Spreadsheets that write 1,5 separate by semicolons; and only by its mark do they know UTF-8. */
const forSpreadsheets = () => ({ format: "csv", bom: true, separator: language.value === "pt-BR" ? "semicolon" : "comma" });

export function Export({ q, onClose }: { q: string; onClose: () => void }) {
  const words = a().fleet;
  const format = useSignal("csv");
  const href = "/api/v1/devices/export" + query({ q, ...(format.value === "csv" ? forSpreadsheets() : { format: "ndjson" }) });
  return (
    <Dialog title={words.exportTitle} onClose={onClose}>
      <p>{q === "" ? words.exportAll : <code>{q}</code>}</p>
      <p>{words.exportHint}</p>
      <Segments label={words.exportFormat} value={format} choices={{ csv: words.exportCsv, ndjson: words.exportNdjson }} />
      <p>
        <a class="button primary" href={href} download data-first onClick={() => setTimeout(onClose)}>
          {words.exportGo}
        </a>
      </p>
    </Dialog>
  );
}
