// A customer: the home he has is opened; without one, what might be his.
import { useEffect } from "preact/hooks";
import { post, type Subscriber } from "../api";
import { t } from "../i18n";
import { go } from "../router";
import { addressOf } from "../state/tabs";
import { can } from "../state/session";
import { attempt } from "./commands";
import { Bones, Button, Card, Empty, PageProblem, Pill } from "../parts/basic";
import { useLoad } from "../parts/useLoad";
import { WhoCard } from "../parts/WhoCard";

function Candidates({ subscriber }: { subscriber: Subscriber }) {
  const words = t().subscriber;
  const bind = async (device: string) => {
    await post(`/subscribers/${subscriber.id}/devices`, { device }, { once: true });
    go(addressOf(device), true);
  };
  return (
    <Card title={words.candidates}>
      <ul class="plain-list">
        {subscriber.candidates.map((row) => (
          <li key={row.id} class="row-tools">
            <strong class="mono">{row.serial}</strong>
            <span class="muted">
              {row.model} · {row.how === "login" ? words.byLogin : words.bySerial}
            </span>
            <span class="spring" />
            <Pill tone={row.online ? "ok" : "unknown"}>{row.online ? t().status.onlineShort : t().status.offlineShort}</Pill>
            <Button label={words.bind} kind="primary" reason={can("subscribers.edit") ? null : t().actions.forbidden} onPress={() => void attempt(bind(row.id))} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Customer({ id }: { id: string }) {
  const { data, problem, again } = useLoad<Subscriber>("/subscribers/" + id);
  const words = t().subscriber;
  const first = data?.devices[0]?.id;
  useEffect(() => {
    if (first) go(addressOf(first), true);
  }, [first]);
  return (
    <main id="content" class="page desk">
      {problem && <PageProblem problem={problem} missing={words.missing} onRetry={again} />}
      {!data && !problem && <Bones lines={6} />}
      {data && !first && (
        <>
          <h1>{data.name}</h1>
          <WhoCard subscriber={data} />
          {data.candidates.length > 0 ? <Candidates subscriber={data} /> : <Empty icon="router" text={words.noDevice} hint={words.noDeviceHint} />}
        </>
      )}
    </main>
  );
}
