// Another firmware: of what the library has for this model one is chosen; done when the device shows that it runs it, whatever it says.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { query, type Answers } from "../api";
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

type File = Answers["file_list"]["data"][number];

const MOST = 200;

/** Those that say they are for this maker and model, or for any; what it runs already is nothing to install. */
function fitting(home: Home, files: File[]): File[] {
  const { manufacturer, software_version: runs } = home.device.value!;
  return files.filter((file) => !file.damaged && (file.manufacturer === null || file.manufacturer === manufacturer) && file.version !== runs);
}

const nameOf = (file: File) => [file.version ?? file.name, file.version && file.name, bytes(file.size)].filter(Boolean).join(" · ");

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
  const { data, problem, again } = useLoad<Answers["file_list"]>("/files" + query({ kind: "firmware", product_class: device.product_class, limit: MOST }));
  const files = data && fitting(home, data.data);
  const picked = useSignal("");
  const { run, busy, problem: refused } = useAction(home);
  useEffect(() => void (picked.value ||= files?.[0]?.id ?? ""), [!files]);
  const target = files?.find((file) => file.id === picked.value);
  const send = async () => {
    if (target && (await run("firmware.install", { file: target.id }))) close();
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
      {!files && !problem && <Bones lines={4} />}
      {files?.length === 0 && <Empty icon="router" text={words.none} hint={words.noneHint} />}
      {target && files && (
        <>
          <Choice label={words.target} value={picked} choices={Object.fromEntries(files.map((file) => [file.id, nameOf(file)]))} />
          <Doubts home={home} />
          <p class="muted">{words.effect}</p>
          <Say text={words.say} />
        </>
      )}
    </Dialog>
  );
}
