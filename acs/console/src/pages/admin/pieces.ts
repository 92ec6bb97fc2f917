// A large file on its way to the server, in pieces: what has arrived stays over a break of the line, of the server and of this page. As acsctl
// does it (acs/ctl/pieces.c): a file that is there already is not sent, and an upload of the same file goes on where it stands.
import { get, post, Problem, query, type File as Kept, type FileList as KeptList, type Upload, type UploadList } from "../../api";
import { Sha256 } from "../../parts/sha256";
import { send, upload } from "./upload";

const PIECE = 8 * 1024 * 1024; // a file of less goes as it is
const READ = 1024 * 1024;
const PAUSE_MS = 1000;
const GIVE_UP_MS = 120000; // without a byte that arrives

export interface Progress {
  phase: "reading" | "sending" | "waiting"; // waiting: the server does not answer
  part: number; // of 1
  resumed: boolean; // some of it was there
}
type Tell = (progress: Progress) => void;

export interface What {
  name: string;
  kind: string;
}

const isSame = (row: Kept | Upload, what: What, file: File, sha256: string) =>
  row.sha256 === sha256 && row.size === file.size && row.name === what.name && row.kind === what.kind && !row.version && !row.manufacturer && !row.product_class;

async function hashOf(file: File, tell: Tell, signal: AbortSignal): Promise<string> {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += READ) {
    signal.throwIfAborted();
    hash.add(new Uint8Array(await file.slice(at, at + READ).arrayBuffer()));
    tell({ phase: "reading", part: at / file.size, resumed: false });
  }
  return hash.end();
}

/** The server is away or busy, has not seen yet that an earlier connection is gone, or stands elsewhere; a full disk is for somebody to look at. */
const mayGoOn = (problem: unknown) =>
  problem instanceof Problem && problem.status !== 507 && (problem.status === 0 || problem.status >= 502 || ["upload_busy", "upload_offset"].includes(problem.code));

const pause = (signal: AbortSignal) =>
  new Promise<void>((done, fail) => {
    const timer = setTimeout(done, PAUSE_MS);
    signal.addEventListener("abort", () => (clearTimeout(timer), fail(new Problem(0, "network", ""))), { once: true });
  });

async function sendPieces(file: File, begun: Upload, tell: Tell, signal: AbortSignal): Promise<void> {
  const at = "/uploads/" + begun.id;
  const resumed = begun.offset > 0;
  let { offset } = begun;
  let moved = Date.now();
  const says = (phase: Progress["phase"], sent: number) => tell({ phase, part: sent / file.size, resumed });
  for (let lost = false; offset < file.size; ) {
    try {
      const piece = file.slice(offset, offset + PIECE);
      const sent = (part: number) => says("sending", offset + part * piece.size);
      const stands: Upload = lost ? await get<Upload>(at, { signal }) : await send<Upload>("PATCH", at + query({ offset }), piece, "application/partial-upload", sent, signal);
      lost = false;
      if (stands.offset > offset) moved = Date.now();
      offset = stands.offset;
      says("sending", offset);
    } catch (problem) {
      if (signal.aborted || !mayGoOn(problem) || Date.now() - moved > GIVE_UP_MS) throw problem;
      lost = true;
      says("waiting", offset);
      await pause(signal);
    }
  }
}

/** Ends with the file that the server has then. */
export async function sendFile(what: What, file: File, tell: Tell, signal: AbortSignal): Promise<Kept> {
  if (file.size < PIECE) return upload<Kept>("/files", { ...what }, file, (part) => tell({ phase: "sending", part, resumed: false }), signal, "application/octet-stream");
  const sha256 = await hashOf(file, tell, signal);
  const there = (await get<KeptList>("/files" + query({ ...what }))).data.find((row) => isSame(row, what, file, sha256));
  if (there) return there;
  const begun = (await get<UploadList>("/uploads")).data.find((row) => isSame(row, what, file, sha256)) ?? (await post<Upload>("/uploads", { ...what, size: file.size, sha256 }, { once: true }));
  await sendPieces(file, begun, tell, signal);
  return post<Kept>(`/uploads/${begun.id}/finish`, undefined, { once: true });
}
