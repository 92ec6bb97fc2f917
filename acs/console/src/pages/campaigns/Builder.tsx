// A campaign is written: what, whom, how. Saved it is simulated at once, and its own page is the review.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { patch, post, type Campaign, type CampaignFollowUp } from "../../api";
import { a } from "../../i18n/admin";
import { campaigns } from "../../i18n/campaigns";
import { go, search } from "../../router";
import { can } from "../../state/session";
import { Button, Empty, ProblemNote } from "../../parts/basic";
import { Icon } from "../../parts/Icon";
import { useLoad } from "../../parts/useLoad";
import { useTask } from "../../parts/useTask";
import { Loaded } from "../admin/common";
import { FOLLOW_UPS, followUpOf, type FollowUp } from "./Deeds";
import { How } from "./How";
import { missing, said, useOrder, type Before, type Order } from "./order";
import { Steps, STEPS, type Step } from "./Steps";
import { What } from "./What";
import { Whom } from "./Whom";

// ---- all of it

const WRITTEN: Step[] = STEPS.filter((step) => step !== "review");

function useSave(order: Order, before: Campaign | null) {
  const task = useTask();
  const made = useRef(before);
  const keep = async () => {
    const { id, revision } = made.current ?? { id: null, revision: 0 };
    made.current = id ? await patch<Campaign>("/campaigns/" + id, said(order), { revision }) : await post<Campaign>("/campaigns", said(order), { once: true });
    await post("/campaigns/" + made.current.id + "/dry-run", {}, { once: true });
  };
  return { ...task, save: () => void task.run(keep, () => go("/campanhas/" + made.current!.id)) };
}

interface FormProps {
  before: Campaign | null; // changed
  proposed?: Before; // written anew, from this
  first: Step;
}

function Form({ before, proposed, first }: FormProps) {
  const words = campaigns();
  const order = useOrder(before ?? proposed ?? null);
  const step = useSignal<Step>(first);
  const { busy, problem, save } = useSave(order, before);
  const at = WRITTEN.indexOf(step.value);
  const isLast = at === WRITTEN.length - 1;
  const to = (i: number) => () => {
    step.value = WRITTEN[i]!;
    scrollTo(0, 0);
  };
  return (
    <>
      <Steps now={step.value} onGo={(next) => (step.value = next)} />
      <div class="card builder">
        {step.value === "what" && <What order={order} />}
        {step.value === "whom" && <Whom order={order} before={before} />}
        {step.value === "how" && <How order={order} />}
        <ProblemNote problem={problem} />
        <div class="row-tools">
          {at > 0 && <Button label={words.back} kind="quiet" onPress={to(at - 1)} />}
          <span class="spring" />
          {isLast ? <Button label={words.save} kind="primary" busy={busy} reason={missing(order)} onPress={save} /> : <Button label={words.next} kind="primary" onPress={to(at + 1)} />}
        </div>
        {isLast && missing(order) && <p class="field-note">{missing(order)}</p>}
      </div>
    </>
  );
}

const firstStep = (): Step => WRITTEN.find((step) => step === search.peek().get("passo")) ?? "what";

function Editing({ id }: { id: string }) {
  const words = campaigns();
  const { data, problem, again } = useLoad<Campaign>("/campaigns/" + encodeURIComponent(id));
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {(campaign) =>
        ["draft", "listed"].includes(campaign.state) ? (
          <>
            {campaign.list_hash !== null && <p class="note tone-warn">{words.editHint}</p>}
            <Form before={campaign} first={firstStep()} />
          </>
        ) : (
          <Empty icon="alert" text={words.notDraft} />
        )
      }
    </Loaded>
  );
}

/** What undoes another campaign, or tries it again, as the server proposes it: read, named, and sent by whoever writes it. */
function Following({ id, kind }: { id: string; kind: FollowUp }) {
  const words = campaigns();
  const { data, problem, again } = useLoad<CampaignFollowUp>(followUpOf(encodeURIComponent(id), kind));
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {({ campaign }) => (
        <>
          <p class="note">
            <Icon name="chevron" />
            <span>
              {words.proposed[kind]} <a href={"/campanhas/" + id}>{words.formerOne}</a>
            </span>
          </p>
          <Form before={null} proposed={campaign} first="what" />
        </>
      )}
    </Loaded>
  );
}

function New() {
  const after = search.peek().get("depois");
  const kind = FOLLOW_UPS.find((one) => one === search.peek().get("como"));
  return after && kind ? <Following id={after} kind={kind} /> : <Form before={null} first="what" />;
}

export function Builder({ id }: { id?: string }) {
  const words = campaigns();
  return (
    <main id="content" class="page">
      <div class="page-head">
        <h1>{id ? words.editTitle : words.newTitle}</h1>
        <span class="spring" />
        <a class="button quiet" href={id ? "/campanhas/" + id : "/campanhas"}>
          <Icon name="back" /> {id ? words.back : words.all}
        </a>
      </div>
      {can("campaigns.write") ? id ? <Editing id={id} /> : <New /> : <Empty icon="alert" text={a().admin.forbidden} hint={a().admin.forbiddenHint} />}
    </main>
  );
}
