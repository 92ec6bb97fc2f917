// What, whom, how, review: where one is in writing a campaign, and the way to the others.
import { campaigns } from "../../i18n/campaigns";

export const STEPS = ["what", "whom", "how", "review"] as const;
export type Step = (typeof STEPS)[number];

interface Props {
  now: Step;
  addressOf?: (step: Step) => string;
  onGo?: (step: Step) => void;
}

export function Steps({ now, addressOf, onGo }: Props) {
  const words = campaigns();
  return (
    <nav class="builder-steps" aria-label={words.stepOf}>
      <ol>
        {STEPS.map((step, i) => (
          <li key={step}>
            {step !== now && step !== "review" ? (
              <a href={addressOf?.(step) ?? "#"} onClick={onGo && ((event) => (event.preventDefault(), onGo(step)))}>
                <b aria-hidden="true">{i + 1}</b> {words.steps[step]}
              </a>
            ) : (
              <span aria-current={step === now ? "step" : undefined}>
                <b aria-hidden="true">{i + 1}</b> {words.steps[step]}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
