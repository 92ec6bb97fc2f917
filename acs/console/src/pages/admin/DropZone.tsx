// Where a file is chosen, or dropped.
import { useSignal } from "@preact/signals";
import { Icon, type IconName } from "../../parts/Icon";

interface Props {
  icon: IconName;
  text: string;
  hint: string;
  accept?: string; // any file without it
  onFile: (file: File) => void;
}

export function DropZone({ icon, text, hint, accept, onFile }: Props) {
  const over = useSignal(false);
  const take = (files: FileList | null | undefined) => files?.[0] && onFile(files[0]);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    over.value = false;
    take(event.dataTransfer?.files);
  };
  const onOver = (event: DragEvent) => {
    event.preventDefault();
    over.value = true;
  };
  return (
    <label class="drop-zone" data-over={over.value || undefined} onDragOver={onOver} onDragLeave={() => (over.value = false)} onDrop={drop}>
      <Icon name={icon} />
      <span>
        <b>{text}</b>
        <span class="muted small">{hint}</span>
      </span>
      <input
        type="file"
        class="unseen"
        accept={accept}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
