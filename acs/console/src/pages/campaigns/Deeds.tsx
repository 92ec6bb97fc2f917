// What people do to a campaign, as far as its state and their rights go. Stopping is quick; what goes on is asked for.
import { useSignal } from "@preact/signals";
import { get, post, query, type Campaign, type CampaignFollowUp } from "../../api";
import { number } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { go } from "../../router";
import { can, me } from "../../state/session";
import { tell } from "../../state/toasts";
import { Button, ProblemNote, Rows } from "../../parts/basic";
import { Dialog } from "../../parts/Dialog";
import { Area, Field } from "../../parts/fields";
import { useTask } from "../../parts/useTask";
import { isAhead, sentenceOf, shortHash, stoppedInWords } from "./model";

type Verb = "list" | "approve" | "start" | "pause" | "resume" | "promote" | "halt" | "cancel";

interface Props {
  campaign: Campaign;
  again: () => Promise<unknown>;
}

const RIGHTS: Record<Verb, string> = {
  list: "campaigns.write",
  approve: "campaigns.approve",
  start: "campaigns.write",
  pause: "campaigns.write",
  resume: "campaigns.write",
  promote: "campaigns.write",
  halt: "campaigns.halt",
  cancel: "campaigns.write",
};

/** What the server calls it: only one of them has another address than its name. */
const addressOf = (campaign: Campaign, verb: Verb) => `/campaigns/${campaign.id}/${verb === "list" ? "dry-run" : verb}`;

const LIST_MS = 24 * 3600000;
const isMe = (who: string | null) => who !== null && who === me.value?.login;

/** Why one may not, though the state lets it be done; the server has the last word. */
function reasonNot(campaign: Campaign, verb: Verb): string | null {
  const words = campaigns();
  if (verb === "approve" && !can("campaigns.approve")) return words.notApprover;
  if (verb === "approve" && (isMe(campaign.created_by) || isMe(campaign.changed_by))) return words.ownWork;
  const goesOn = verb === "start" || (verb === "resume" && campaign.state === "halted");
  if (goesOn && campaign.approved_by === null) return words.notApproved;
  if (goesOn && isMe(campaign.approved_by)) return words.ownApproval;
  if (verb === "start" && campaign.total === 0) return words.emptyList;
  if (verb === "start" && Date.now() - Date.parse(campaign.listed_at!) > LIST_MS) return words.oldList;
  return null;
}

function useDeed({ campaign, again }: Props) {
  const task = useTask();
  const send = (verb: Verb, body: object = {}) =>
    task.run(() => post(addressOf(campaign, verb), body, { once: true })).then((done) => {
      if (done) tell("ok", campaigns().done[verb]);
      void again();
      return done;
    });
  return { ...task, send };
}

function What({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const stopped = stoppedInWords(campaign);
  return (
    <Rows
      rows={[
        [words.name, campaign.name],
        [words.target, <b>{number(campaign.total, 0)}</b>],
        campaign.list_hash !== null && [words.hash, <span class="mono">{shortHash(campaign.list_hash)}</span>],
        stopped !== null && [words.stopped, stopped],
      ]}
    />
  );
}

function Approving({ campaign, again, onClose }: Props & { onClose: () => void }) {
  const words = campaigns();
  const deed = useDeed({ campaign, again });
  const send = () => void deed.send("approve", { list_hash: campaign.list_hash }).then((done) => done && onClose());
  return (
    <Dialog title={words.approving} subtitle={sentenceOf(campaign)} onClose={onClose} problem={deed.problem} confirm={{ label: words.verbs.approve, onConfirm: send, busy: deed.busy }}>
      <p>{campaign.state === "halted" ? words.resuming : words.approvingHint}</p>
      <What campaign={campaign} />
    </Dialog>
  );
}

/** "12.035" and "12035" are the same number. */
const typed = (text: string) => Number(text.replace(/[\s.,\u00a0]/g, "") || NaN);

function Starting({ campaign, again, onClose }: Props & { onClose: () => void }) {
  const words = campaigns();
  const deed = useDeed({ campaign, again });
  const count = useSignal("");
  const isRight = typed(count.value) === campaign.total;
  const send = () => void deed.send("start", { list_hash: campaign.list_hash, devices: typed(count.value) }).then((done) => done && onClose());
  return (
    <Dialog
      title={words.starting}
      subtitle={sentenceOf(campaign)}
      onClose={onClose}
      problem={deed.problem}
      confirm={{ label: words.verbs.start, onConfirm: send, busy: deed.busy, danger: true, reason: isRight ? null : words.typeCount(String(campaign.total)) }}
    >
      <p>{words.startingHint}</p>
      <What campaign={campaign} />
      <Field label={words.typeCount(String(campaign.total))} value={count} inputmode="numeric" maxLength={16} mono autofocus error={count.value && !isRight ? words.countWrong : undefined} />
    </Dialog>
  );
}

function WithReason({ campaign, again, verb, onClose }: Props & { verb: "halt" | "cancel"; onClose: () => void }) {
  const words = campaigns();
  const deed = useDeed({ campaign, again });
  const why = useSignal("");
  const send = () => void deed.send(verb, why.value.trim() ? { reason: why.value.trim() } : {}).then((done) => done && onClose());
  const [title, hint] = verb === "halt" ? [words.halting, words.haltingHint] : [words.cancelling, words.cancellingHint];
  return (
    <Dialog title={title} subtitle={campaign.name} onClose={onClose} problem={deed.problem} confirm={{ label: words.verbs[verb], onConfirm: send, busy: deed.busy, danger: true }}>
      <p>{hint}</p>
      <Area label={words.reason} value={why} maxLength={1000} rows={2} hint={words.reasonHint} autofocus />
    </Dialog>
  );
}

// ---- what is written after it

export const FOLLOW_UPS = ["rollback", "retry"] as const;
export type FollowUp = (typeof FOLLOW_UPS)[number];

export const followUpOf = (id: string, kind: FollowUp) => `/campaigns/${id}/${kind}`;

/** A campaign of its own, with all its gates: the builder opens with what is proposed. That there is nothing to propose is said here. */
function FollowUps({ campaign }: { campaign: Campaign }) {
  const words = campaigns();
  const task = useTask();
  if (!can("campaigns.write") || isAhead(campaign)) return null;
  const write = (kind: FollowUp) => void task.run(() => get<CampaignFollowUp>(followUpOf(campaign.id, kind)), () => go("/campanhas/nova" + query({ depois: campaign.id, como: kind })));
  return (
    <div class="stack tight">
      <div class="row-tools">
        {FOLLOW_UPS.map((kind) => (
          <Button key={kind} label={words.followUps[kind]} kind="quiet" busy={task.busy} onPress={() => write(kind)} />
        ))}
      </div>
      <ProblemNote problem={task.problem} />
    </div>
  );
}

const ORDER: Verb[] = ["approve", "start", "promote", "resume", "pause", "halt", "list", "cancel"];
const ASKED: Verb[] = ["approve", "start", "halt", "cancel"];
const KINDS: Partial<Record<Verb, "primary" | "danger" | "quiet">> = { approve: "primary", start: "primary", promote: "primary", resume: "primary", halt: "danger", cancel: "quiet", list: "quiet" };

/** Whoever wrote it is told why it is not for him to approve; whoever may do nothing sees no buttons. */
const isShown = (campaign: Campaign, verb: Verb) => campaign.can!.includes(verb) && (can(RIGHTS[verb]) || (verb === "approve" && can("campaigns.write") && campaign.approved_by === null));

export function Deeds({ campaign, again }: Props) {
  const words = campaigns();
  const deed = useDeed({ campaign, again });
  const open = useSignal<Verb | null>(null);
  const close = () => (open.value = null);
  const shown = ORDER.filter((verb) => isShown(campaign, verb) && !(verb === "approve" && campaign.approved_by !== null));
  const labelOf = (verb: Verb) => (verb === "list" && campaign.state === "listed" ? words.listAgain : words.verbs[verb]);
  const kindOf = (verb: Verb) => (verb === "list" && campaign.state === "draft" ? "primary" : KINDS[verb]);
  const props = { campaign, again, onClose: close };
  return (
    <>
      {shown.length > 0 && (
        <div class="row-tools">
          {shown.map((verb) => (
            <Button
              key={verb}
              label={labelOf(verb)}
              kind={kindOf(verb)}
              reason={reasonNot(campaign, verb)}
              busy={deed.busy}
              onPress={() => (ASKED.includes(verb) ? (open.value = verb) : void deed.send(verb))}
            />
          ))}
        </div>
      )}
      <ReasonsNot campaign={campaign} verbs={shown} />
      <ProblemNote problem={deed.problem} />
      <FollowUps campaign={campaign} />
      {open.value === "approve" && <Approving {...props} />}
      {open.value === "start" && <Starting {...props} />}
      {(open.value === "halt" || open.value === "cancel") && <WithReason {...props} verb={open.value} />}
    </>
  );
}

function ReasonsNot({ campaign, verbs }: { campaign: Campaign; verbs: Verb[] }) {
  const reasons = new Set(verbs.map((verb) => reasonNot(campaign, verb)).filter((reason) => reason !== null));
  return (
    <>
      {[...reasons].map((reason) => (
        <p key={reason} class="field-note">
          {reason}
        </p>
      ))}
    </>
  );
}
