// Devices that go wrong again and again, whatever the campaign: for somebody to look at, rather than to be tried once more.
import type { RepeatFailureList } from "../../api";
import { ago, number } from "../../format";
import { a } from "../../i18n/admin";
import { campaigns } from "../../i18n/campaigns";
import { addressOf } from "../../state/tabs";
import { Button, Empty } from "../../parts/basic";
import { Icon } from "../../parts/Icon";
import { Loaded, TableOf } from "../admin/common";
import { useList } from "../admin/useList";
import { causeName } from "./model";

type Row = RepeatFailureList["data"][number];

const none = <span class="muted">—</span>;

function Line({ row }: { row: Row }) {
  return (
    <tr>
      <td>
        <a class="mono" href={addressOf(row.device)}>
          {row.serial ?? row.device}
        </a>
      </td>
      <td>{row.model ?? none}</td>
      <td class="mono">{row.software_version ?? none}</td>
      <td class="right">
        <b>{number(row.campaigns, 0)}</b>
      </td>
      <td>
        <a href={"/campanhas/" + row.last_campaign}>{row.last_cause ? causeName(row.last_cause) : campaigns().targets[row.last_state]}</a>
      </td>
      <td class="nowrap">{ago(row.last_at)}</td>
    </tr>
  );
}

export function RepeatFailures() {
  const words = campaigns();
  const list = useList<Row>("/campaigns/repeat-failures?limit=50");
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.repeat.title}</h1>
        <p class="muted">{words.repeat.hint}</p>
        <span class="spring" />
        <a class="button quiet" href="/campanhas">
          <Icon name="back" /> {words.all}
        </a>
      </div>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="check" text={words.repeat.none} />
          ) : (
            <TableOf label={words.repeat.title} head={[words.serial, words.model, words.version, { right: words.repeat.campaigns }, words.repeat.last, words.when]}>
              {rows.map((row) => (
                <Line key={row.device} row={row} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </main>
  );
}
