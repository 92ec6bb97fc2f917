// The first step of a campaign that is written: its name, what is done, and why.
import { useEffect } from "preact/hooks";
import type { FirmwareList } from "../../api";
import { bytes } from "../../format";
import { campaigns } from "../../i18n/campaigns";
import { Empty } from "../../parts/basic";
import { Choice, Field, Segments } from "../../parts/fields";
import { useLoad } from "../../parts/useLoad";
import { Loaded } from "../admin/common";
import { KINDS, type Order } from "./order";

const APPROVED = "/firmware?state=approved&limit=200";

/** The one that is chosen, once it is known. */
export function useFirmware(order: Order): FirmwareList["data"][number] | null {
  const isAsked = order.kind.value === "firmware.install" && order.file.value !== "";
  const { data } = useLoad<FirmwareList>(isAsked ? APPROVED : null);
  return data?.data.find((row) => row.file === order.file.value) ?? null;
}

function FirmwareChoice({ order }: { order: Order }) {
  const words = campaigns();
  const { data, problem, again } = useLoad<FirmwareList>(APPROVED);
  const rows = (data?.data ?? []).filter((row) => !row.expired && !row.damaged);
  const choices = Object.fromEntries(rows.map((row) => [row.file, [row.version, row.name, row.rules.map((rule) => rule.product_class).join(", "), bytes(row.size)].join(" · ")]));
  const unknown = order.file.value !== "" && !Object.hasOwn(choices, order.file.value);
  useEffect(() => {
    if (data && order.file.value === "" && rows[0]) order.file.value = rows[0].file;
  }, [data]);
  return (
    <Loaded data={data} problem={problem} again={() => void again()}>
      {() =>
        rows.length === 0 && !unknown ? (
          <div>
            <Empty icon="router" text={words.noFirmware} />
            <p class="center">
              <a class="button" href="/administracao/firmware">
                {words.library}
              </a>
            </p>
          </div>
        ) : (
          <Choice label={words.firmware} value={order.file} choices={unknown ? { [order.file.value]: order.file.value, ...choices } : choices} />
        )
      }
    </Loaded>
  );
}

export function What({ order }: { order: Order }) {
  const words = campaigns();
  const kind = order.kind.value as (typeof KINDS)[number];
  return (
    <>
      <Field label={words.name} value={order.name} maxLength={100} required />
      <section>
        <h2>{words.whatKind}</h2>
        {KINDS.includes(kind) ? (
          <>
            <Segments label={words.whatKind} value={order.kind} choices={words.whatKinds} />
            <p class="muted">{words.whatHints[kind]}</p>
          </>
        ) : (
          <p class="muted">{words.other(kind)}</p>
        )}
      </section>
      {kind === "firmware.install" && <FirmwareChoice order={order} />}
      <Field label={words.because} value={order.reason} maxLength={1000} hint={words.reasonHint} />
    </>
  );
}
