// A new Wi-Fi password that can be said over the phone. It is in no draft, no address and no log: only on this screen.
import { useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { post, Problem, type Answers } from "../api";
import { number } from "../format";
import { t } from "../i18n";
import type { Home } from "../state/home";
import { tell } from "../state/toasts";
import { Button, copyText, Pill, type Tone } from "../parts/basic";
import { Dialog } from "../parts/Dialog";
import { Choice, Field } from "../parts/fields";
import { Icon } from "../parts/Icon";
import { joinText, Qr } from "../parts/Qr";
import { Say } from "../parts/Say";
import { useAction } from "../parts/useAction";

type Weight = Answers["passphrase_weigh"];

const REST_MS = 200;
const STRONG_BITS = 64; // the meter is full
const TONES: Record<Weight["strength"], Tone> = { weak: "bad", fair: "warn", strong: "ok" };
export const BAND_WORDS: Record<string, string> = { "2g": "2.4", "5g": "5", "6g": "6" };

/** What the server makes of what is in the field; it knows the home's own names, too. */
function useWeight(home: Home, password: Signal<string>) {
  const weight = useSignal<Weight | null>(null);
  const problem = useSignal<Problem | null>(null);
  useSignalEffect(() => {
    const text = password.value;
    const timer = setTimeout(async () => {
      if (text === "") return void (weight.value = null);
      try {
        const answer = await post<Weight>(`/devices/${home.id}/passphrase`, { password: text });
        if (password.value === text) weight.value = answer;
        problem.value = null;
      } catch (error) {
        problem.value = error as Problem;
      }
    }, REST_MS);
    return () => clearTimeout(timer);
  });
  return { weight: weight.value, problem: problem.value };
}

function Meter({ weight }: { weight: Weight | null }) {
  const words = t().wifi;
  if (!weight) return <p class="field-note">{words.rules}</p>;
  return (
    <div class="meter">
      <meter min={0} max={STRONG_BITS} low={36} high={50} optimum={STRONG_BITS} value={Math.min(weight.bits, STRONG_BITS)} aria-label={words.strength} />
      <Pill tone={weight.problem ? "bad" : TONES[weight.strength]}>{weight.problem ?? words.strengths[weight.strength]}</Pill>
      <span class="muted small">{number(weight.bits, 0)} bits</span>
    </div>
  );
}

function bandChoices(home: Home): Record<string, string> {
  const words = t().wifi;
  const bands = home.bands.value;
  const each = bands.map((band) => [band, words.only(words.band[band as "2g"])]);
  return Object.fromEntries(bands.length > 1 ? [["all", words.allBands], ...each] : [["all", bands.length ? words.band[bands[0] as "2g"] : words.allBands]]);
}

function whyNot(password: string, weight: Weight | null): string | null {
  if (password.length < 8) return t().wifi.rules;
  return weight?.problem ?? (weight?.strength === "weak" ? t().wifi.strengths.weak : null);
}

export function WifiPassword({ home, close }: { home: Home; close: () => void }) {
  const words = t().wifi;
  const password = useSignal("");
  const band = useSignal("all");
  const { run, busy, problem } = useAction(home);
  const { weight, problem: weighing } = useWeight(home, password);
  const generate = async () => {
    password.value = (await post<Answers["passphrase_make"]>("/passphrases")).password;
  };
  useEffect(() => void generate().catch(() => undefined), []);
  const shown = band.value === "all" ? (home.bands.value[0] ?? "2g") : band.value;
  const ssid = home.text(`wifi.${shown}.ssid`) ?? "";
  const clients = home.rows("wifi.clients").filter((row) => row.active !== false).length;
  const send = async () => {
    const params = { password: password.value, ...(band.value === "all" ? {} : { bands: [BAND_WORDS[band.value]] }) };
    if (!(await run("wifi.set_password", params))) return;
    tell("info", words.sent);
    close();
  };
  const plain = /^[a-z0-9-]*$/.test(password.value);
  return (
    <Dialog
      title={words.title}
      subtitle={[ssid, home.bands.value.map((name) => words.band[name as "2g"]).join(" · ")].filter(Boolean).join(" · ")}
      onClose={close}
      problem={problem ?? weighing}
      confirm={{ label: words.confirm, onConfirm: () => void send(), busy, reason: whyNot(password.value, weight) }}
      wide
    >
      <div class="with-qr">
        <div>
          <Field
            label={words.newPassword}
            value={password}
            maxLength={63}
            mono
            autofocus
            after={<Button label={words.another} icon="refresh" onPress={() => void generate()} />}
          />
          <Meter weight={weight} />
          {home.bands.value.length > 1 && <Choice label={words.bands} value={band} choices={bandChoices(home)} />}
        </div>
        {ssid && password.value.length >= 8 && (
          <figure class="qr-box">
            <Qr text={joinText(ssid, password.value, home.value(`wifi.${shown}.visible`) === false)} label={words.qrLabel(ssid)} />
            <figcaption>{words.qr}</figcaption>
            <button type="button" class="link" onClick={() => void copyText(password.value, t().app.copied)}>
              {words.copyPassword}
            </button>
          </figure>
        )}
      </div>
      {weight && !weight.problem && <Say text={plain ? words.say(weight.spelled) : words.sayCustom(weight.spelled)} />}
      <p class="note tone-warn">
        <Icon name="alert" />
        <span>{words.drop(clients)}</span>
      </p>
    </Dialog>
  );
}
