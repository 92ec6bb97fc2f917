// The firmware library: what there is for which models, how far it has been tested, and who answers for it.
import { useSignal } from "@preact/signals";
import { query, type Firmware as Row } from "../../api";
import { ago, bytes } from "../../format";
import { a } from "../../i18n/admin";
import { library } from "../../i18n/firmware";
import { search } from "../../router";
import { can } from "../../state/session";
import { Button, Empty } from "../../parts/basic";
import { Choice } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { DropZone } from "./DropZone";
import { Loaded, TableOf } from "./common";
import { FirmwareDetail, FirmwareState } from "./FirmwareDetail";
import { NewFirmware } from "./NewFirmware";
import { useAddress } from "./settings";
import { useList } from "./useList";

const HOME = "/administracao/firmware";
const MODELS_SHOWN = 2;

function modelsOf(row: Row): string {
  const names = [...new Set(row.rules.map((rule) => rule.product_class))];
  const rest = names.length - MODELS_SHOWN;
  return names.slice(0, MODELS_SHOWN).join(", ") + (rest > 0 ? " " + library().more(rest) : "");
}

function Line({ row }: { row: Row }) {
  return (
    <tr>
      <td>
        <a href={HOME + query({ de: row.id })}>{row.name}</a>
        <div class="muted small mono">{row.file_name}</div>
      </td>
      <td class="mono nowrap">{row.version}</td>
      <td>{modelsOf(row)}</td>
      <td class="nowrap">
        <FirmwareState row={row} />
      </td>
      <td class="right nowrap">{bytes(row.size)}</td>
      <td class="nowrap">{ago(row.state_since)}</td>
      <td>{row.approved_by ?? <span class="muted">—</span>}</td>
    </tr>
  );
}

function List() {
  const words = library();
  const asked = useAddress(HOME, { estado: "" });
  const list = useList<Row>("/firmware" + query({ state: asked.estado.value, limit: 50 }));
  return (
    <>
      <div class="filter-row" role="search">
        <Choice label={words.state} value={asked.estado} choices={{ "": words.any, ...words.states }} />
      </div>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="router" text={words.none} hint={words.noneHint} />
          ) : (
            <TableOf label={words.title} head={[words.name, words.version, words.models, words.state, { right: words.size }, words.since, words.by]}>
              {rows.map((row) => (
                <Line key={row.id} row={row} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </>
  );
}

export function Firmware() {
  const words = library();
  const file = useSignal<File | null>(null);
  const shown = search.value.get("de");
  const adds = !shown && can("firmware.write") && can("files.write");
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        {!shown && <p class="muted">{words.hint}</p>}
        <span class="spring" />
        {shown && (
          <a class="button quiet" href={HOME}>
            <Icon name="back" /> {words.all}
          </a>
        )}
      </div>
      {adds && <DropZone icon="router" text={words.choose} hint={words.chooseHint} onFile={(chosen) => (file.value = chosen)} />}
      {shown ? <FirmwareDetail key={shown} id={shown} /> : <List />}
      {file.value && <NewFirmware file={file.value} onClose={() => (file.value = null)} />}
    </>
  );
}
