// Another firmware: of what the library has for this model one is chosen; done when the device shows that it runs it, whatever it says.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Answers } from "../api";
import { bytes } from "../format";
import { both, t } from "../i18n";
import { hasEnded, type Home } from "../state/home";
import { Bones, Empty, ProblemNote, Rows } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Choice } from "../parts/fields";
import { Icon } from "../parts/Icon";
import { Say } from "../parts/Say";
import { useAction } from "../parts/useAction";
import { useLoad } from "../parts/useLoad";

type ForDevice = Answers["device_firmware_list"];
type Row = ForDevice["data"][number];

interface Target {
  file: string;
  words: string;
  firmware?: Row["firmware"];
}

/** Whoever keeps the library may install what is not approved yet; the API says so by showing it. */
const mayGo = ({ refusal }: Row) => refusal === null || refusal === "not_approved";

function targetOf({ firmware, refusal }: Row): Target {
  const words = [firmware.version, firmware.name, bytes(firmware.size), refusal === "not_approved" && t().firmware.draft];
  return { file: firmware.file, words: words.filter(Boolean).join(" · "), firmware };
}

/** What the library has for it, and files that it does not know; what the device runs already is nothing to install. */
function targetsOf(home: Home, { data, files }: ForDevice): Target[] {
  const loose = files.filter((file) => file.version !== home.device.value!.software_version);
  return [
    ...data.filter(mayGo).map(targetOf),
    ...loose.map((file) => ({ file: file.id, words: [file.version ?? file.name, file.version && file.name, bytes(file.size)].filter(Boolean).join(" · ") })),
  ];
}

function Unfit({ rows }: { rows: Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3>{t().firmware.unfit}</h3>
      <ul class="plain-list">
        {rows.map(({ firmware, detail }) => (
          <li key={firmware.id} class="muted">
            <span class="mono">{firmware.version}</span> · {firmware.name}: {detail}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Known({ firmware }: { firmware: Row["firmware"] }) {
  const words = t().firmware;
  return (
    <>
      {firmware.disruptive && (
        <p class="note tone-warn">
          <Icon name="alert" />
          <span>{words.disruptive}</span>
        </p>
      )}
      {firmware.known_issues && (
        <p class="muted">
          {words.known}: {firmware.known_issues}
        </p>
      )}
    </>
  );
}

/** What may make it fail half-way, worst first. */
function doubts(home: Home): string[] {
  const words = t().firmware;
  const cause = home.verdict.value?.causes[0];
  return [
    home.actions.value.some((action) => action.type === "firmware.install" && !hasEnded(action)) && words.underWay,
    !home.device.value!.online && t().actions.offline,
    cause?.severity === "bad" && words.notNow(both(cause.headline)),
  ].filter((one) => typeof one === "string");
}

function Doubts({ home }: { home: Home }) {
  return (
    <>
      {doubts(home).map((doubt) => (
        <p key={doubt} class="note tone-warn">
          <Icon name="alert" />
          <span>{doubt}</span>
        </p>
      ))}
    </>
  );
}

export function Firmware({ home, close }: { home: Home; close: () => void }) {
  const words = t().firmware;
  const device = home.device.value!;
  const { data, problem, again } = useLoad<ForDevice>(`/devices/${device.id}/firmware`);
  const targets = data && targetsOf(home, data);
  const picked = useSignal("");
  const { run, busy, problem: refused } = useAction(home);
  useEffect(() => void (picked.value ||= targets?.[0]?.file ?? ""), [!targets]);
  const target = targets?.find((one) => one.file === picked.value);
  const send = async () => {
    if (target && (await run("firmware.install", { file: target.file }))) close();
  };
  return (
    <Dialog
      title={words.title}
      subtitle={[device.manufacturer, device.product_class].filter(Boolean).join(" ")}
      onClose={close}
      problem={refused}
      confirm={{ label: words.confirm, onConfirm: () => void send(), busy, reason: target ? null : words.none }}
    >
      <Rows rows={[[words.runs, <span class="mono">{device.software_version ?? "—"}</span>]]} />
      <ProblemNote problem={problem} onRetry={again} />
      {!targets && !problem && <Bones lines={4} />}
      {targets?.length === 0 && <Empty icon="router" text={words.none} hint={words.noneHint} />}
      {target && targets && (
        <>
          <Choice label={words.target} value={picked} choices={Object.fromEntries(targets.map((one) => [one.file, one.words]))} />
          {target.firmware && <Known firmware={target.firmware} />}
          <Doubts home={home} />
          <p class="muted">{words.effect}</p>
          <Say text={words.say} />
        </>
      )}
      {data && <Unfit rows={data.data.filter((row) => !mayGo(row) && row.refusal !== "already")} />}
    </Dialog>
  );
}
