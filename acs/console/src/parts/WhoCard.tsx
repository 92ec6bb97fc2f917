// Whose home it is. What is personal is masked until somebody asks for it, and who asked is kept.
import { useSignal } from "@preact/signals";
import { post, type Answers, type Subscriber } from "../api";
import { t, wordFor } from "../i18n";
import { can } from "../state/session";
import { attempt } from "../pages/commands";
import { Card, Rows } from "./basic";

type Revealed = Answers["subscriber_reveal"];

function Masked({ subscriber, field, masked }: { subscriber: Subscriber; field: "document" | "phones"; masked: string }) {
  const shown = useSignal<string | null>(null);
  const show = async () => {
    const answer = await post<Revealed>(`/subscribers/${subscriber.id}/reveal`, { field });
    shown.value = field === "document" ? (answer.document ?? "") : (answer.phones ?? []).join(", ");
  };
  return (
    <>
      <span class="mono">{shown.value ?? masked}</span>{" "}
      {shown.value === null && can("subscribers.reveal") && (
        <button type="button" class="link small" title={t().subscriber.revealed} onClick={() => void attempt(show())}>
          {t().subscriber.reveal}
        </button>
      )}
    </>
  );
}

export const addressText = ({ address }: Subscriber) =>
  [[address.street, address.number].filter(Boolean).join(", "), address.complement, address.district, [address.city, address.state].filter(Boolean).join("/")]
    .filter(Boolean)
    .join(" · ");

export function WhoCard({ subscriber }: { subscriber: Subscriber }) {
  const words = t().subscriber;
  const { contract, phones } = subscriber;
  return (
    <Card title={words.title}>
      <Rows
        rows={[
          phones.length > 0 && [words.phone, <Masked subscriber={subscriber} field="phones" masked={phones.map((phone) => phone.masked).join(", ")} />],
          subscriber.document_masked !== null && [words.document, <Masked subscriber={subscriber} field="document" masked={subscriber.document_masked} />],
          (contract.number ?? contract.plan) !== null && [words.contract, [contract.number, contract.plan].filter(Boolean).join(" · ")],
          contract.status !== null && [words.status, wordFor(words.statuses, contract.status)],
          subscriber.login !== null && [words.login, <span class="mono">{subscriber.login}</span>],
          addressText(subscriber) !== "" && [words.address, addressText(subscriber)],
          subscriber.notes !== null && [words.notes, subscriber.notes],
        ]}
      />
    </Card>
  );
}
