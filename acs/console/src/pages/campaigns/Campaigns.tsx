// All campaigns: how far each is, who wrote it, and when it began.
import { query, type Campaign } from "../../api";
import { ago, number } from "../../format";
import { a } from "../../i18n/admin";
import { campaigns } from "../../i18n/campaigns";
import { can } from "../../state/session";
import { Button, Empty, Pill } from "../../parts/basic";
import { Choice } from "../../parts/fields";
import { Icon } from "../../parts/Icon";
import { Loaded, TableOf } from "../admin/common";
import { useAddress } from "../admin/settings";
import { useList } from "../admin/useList";
import { isAhead, sentenceOf, TONES, wavesOf } from "./model";
import { WholeBar } from "./WaveBars";

function Line({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const waves = wavesOf(campaign);
  return (
    <tr>
      <td>
        <a href={"/campanhas/" + campaign.id}>{campaign.name}</a>
        <div class="muted small">{sentenceOf(campaign)}</div>
      </td>
      <td class="nowrap">
        <Pill tone={TONES[campaign.state]}>{words.states[campaign.state]}</Pill>
      </td>
      <td class="nowrap">{waves.length > 0 ? words.waveOf(number(campaign.wave, 0), number(waves.length, 0)) : <span class="muted">—</span>}</td>
      <td class="bar-cell">{isAhead(campaign) ? <span class="muted">—</span> : <WholeBar campaign={campaign} />}</td>
      <td>{campaign.created_by}</td>
      <td class="nowrap">{ago(campaign.ended_at ?? campaign.started_at ?? campaign.changed_at)}</td>
    </tr>
  );
}

export function Campaigns() {
  const words = campaigns();
  const asked = useAddress("/campanhas", { estado: "open" });
  const list = useList<Campaign>("/campaigns" + query({ state: asked.estado.value, limit: 50 }));
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="muted">{words.hint}</p>
        <span class="spring" />
        <a class="button quiet" href="/campanhas/falhas">
          <Icon name="alert" /> {words.repeat.title}
        </a>
        {can("campaigns.write") && (
          <a class="button primary" href="/campanhas/nova">
            {words.new}
          </a>
        )}
      </div>
      <div class="filter-row" role="search">
        <Choice label={words.show} value={asked.estado} choices={words.shows} />
      </div>
      <Loaded data={list.rows} problem={list.problem} again={() => void list.again()}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty icon="router" text={words.none} hint={words.noneHint} />
          ) : (
            <TableOf label={words.title} head={[words.name, words.state, words.wave, words.progress, words.who, words.when]}>
              {rows.map((campaign) => (
                <Line key={campaign.id} campaign={campaign} />
              ))}
            </TableOf>
          )
        }
      </Loaded>
      {list.next && <Button label={a().common.more} busy={list.busy} onPress={() => void list.more()} />}
    </main>
  );
}
