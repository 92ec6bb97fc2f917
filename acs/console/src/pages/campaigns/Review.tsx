// Before a campaign starts: one sentence, whom it reaches and whom not, how long it takes, and who approves it.
import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { query, type Campaign } from "../../api";
import { duration, number, when } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { can } from "../../state/session";
import { Button, Card, copyText, Rows } from "../../parts/basic";
import { CountBars } from "../../parts/CountBars";
import { Icon } from "../../parts/Icon";
import { estimate, flightMinutes } from "./estimate";
import { afterStates, causeName, planOf, sentenceOf, shortHash, summaryOf, type Summary } from "./model";
import { stopsText, timeInWords, wavesText, windowsText } from "./sayings";
import { ModelBars } from "./Whom";

const MODELS_SHOWN = 12;

function Sentence({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const plan = planOf(campaign);
  const size = Number(campaign.params.size ?? 0);
  const time = useSignal({ for: "", words: "" });
  const key = campaign.list_hash ?? "";
  if (time.peek().for !== key) time.value = { for: key, words: timeInWords(estimate(plan, campaign.total, size, Date.now())) };
  return (
    <>
      <p class="campaign-sentence">
        {sentenceOf(campaign)}
        {words.inWaves(plan.waves.length)}
        {time.value.words}.
      </p>
      <p class="muted small">{words.estimateHint(duration(flightMinutes(plan) * 60))}</p>
    </>
  );
}

function Excluded({ campaign, summary }: { campaign: Campaign; summary: Summary }) {
  const words = campaigns();
  const rows = Object.entries(summary.excluded).sort((a, b) => b[1] - a[1]);
  return (
    <Card title={words.excluded}>
      {rows.length === 0 && <p class="muted">{words.noneExcluded}</p>}
      <CountBars rows={rows.map(([cause, count]) => ({ key: cause, label: causeName(cause), count, href: `/campanhas/${campaign.id}` + query({ estado: "excluded", causa: cause }) }))} />
    </Card>
  );
}

function Models({ summary }: { summary: Summary }) {
  return (
    <Card title={campaigns().models}>
      <ModelBars rows={summary.models} most={MODELS_SHOWN} />
    </Card>
  );
}

function Approval({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  if (campaign.approved_by !== null)
    return (
      <p class="note tone-ok">
        <Icon name="check" />
        <span>{words.approvedBy(campaign.approved_by, when(campaign.approved_at!))}</span>
      </p>
    );
  if (campaign.state !== "listed" || !can("campaigns.write")) return null;
  const link = `${location.origin}/campanhas/${campaign.id}`;
  return (
    <div class="once">
      <p class="once-label">{words.askApproval}</p>
      <div class="once-box">
        <output class="mono" aria-label={words.approval}>
          {link}
        </output>
        <Button label={words.copyLink} icon="copy" onPress={() => void copyText(link, words.linkCopied)} />
      </div>
    </div>
  );
}

function excludesText(campaign: Campaign): string {
  const words = campaigns();
  const { open_case: open, weak_signal_dbm: weak, tag, touched_days: days } = campaign.excludes as Record<string, unknown>;
  const parts = [
    open && words.causeNames.open_case,
    weak !== undefined && `${words.weakSignal} ${number(Number(weak))}\u00a0dBm`,
    tag && `${words.withTag} ${String(tag)}`,
    days && `${words.touched} ${number(Number(days), 0)} ${words.days}`,
  ];
  return parts.filter(Boolean).join("; ");
}

/** What was written: what, whom, how. */
export function Written({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const plan = planOf(campaign);
  const excludes = excludesText(campaign);
  const signed = (by: string, at: string): ComponentChild => `${by} · ${when(at)}`;
  return (
    <Card title={words.plan}>
      <Rows
        rows={[
          [words.filter, campaign.filter ? <code>{campaign.filter}</code> : words.everybody],
          campaign.after !== null && [
            words.after,
            <>
              <a href={"/campanhas/" + campaign.after}>{words.formerOne}</a> ({afterStates(campaign.after_states)})
            </>,
          ],
          excludes !== "" && [words.leftOut, excludes],
          [words.waves, wavesText(plan)],
          [words.window, windowsText(plan)],
          [words.stopRules, stopsText(plan)],
          campaign.reason !== null && [words.because, campaign.reason],
          [words.written, signed(campaign.created_by, campaign.created_at)],
          campaign.changed_at !== campaign.created_at && [words.changed, signed(campaign.changed_by, campaign.changed_at)],
          campaign.list_hash !== null && [words.hash, <span class="mono">{shortHash(campaign.list_hash)}</span>],
        ]}
      />
    </Card>
  );
}

export function Review({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const summary = summaryOf(campaign);
  return (
    <>
      {campaign.state === "listing" && (
        <p class="muted" role="status">
          {words.calls.listing} {number(campaign.total, 0)}
        </p>
      )}
      {campaign.list_error !== null && (
        <p class="note tone-bad" role="alert">
          <Icon name="alert" />
          <span>
            {words.listError}: {campaign.list_error}
          </span>
        </p>
      )}
      {campaign.state === "draft" && <p class="muted">{words.simulateFirst}</p>}
      {campaign.state === "listed" && <Sentence campaign={campaign} />}
      <Approval campaign={campaign} />
      {campaign.state === "listed" && summary && (
        <div class="two-cards">
          <Models summary={summary} />
          <Excluded campaign={campaign} summary={summary} />
        </div>
      )}
    </>
  );
}
