// What the page and the kernel say to each other, and what the rooms of this module expect of one another.
// Types only: nothing here runs and no room imports it, so it is not part of the module that is sent.

/**
 * What the page shows of one asset. Times are seconds of the kernel's clock (`Page.now`).
 * @typedef {object} Face
 * @property {"fresh" | "stale" | "missing"} status
 * @property {"asset" | "source"} kind
 * @property {string} group
 * @property {string} why the first cause in words, with "(+2 more)" where there are more; when fresh "", or that it is by hand
 * @property {null | "success" | "failed" | "skipped" | "interrupted" | "running"} run how its last run ended
 * @property {string} error one line; "" if the last run did not fail
 * @property {number | null} made when the present value was materialized
 * @property {number | null} took how long that took, in seconds
 * @property {[mark: string, count: number][]} checks marks: ○ not run, ✓ passed, ! warned, ✗ failed
 * @property {string} blocked what keeps it from running, "" if nothing does
 * @property {string[]} flags remarks that do not make it stale
 * @property {string} code first 8 characters of the code version
 * @property {string | null} print what its card shows now; null: no longer what its own cell displayed last
 */

/** @typedef {{ id: string, label: string, keys: string[] }} Queued a run that waits; `keys` are the assets that it names, if it names any */

/**
 * The run that is going on.
 * @typedef {object} Run
 * @property {string | null} id null when a cell runs it
 * @property {string} label
 * @property {number} done
 * @property {number} total
 * @property {string} key the asset that runs now, "" between two
 * @property {number} started when the run began
 * @property {number} began when the present asset began
 * @property {number | null} expected how long the present asset took last time
 * @property {number | null} left an estimate of all that is left, in seconds
 * @property {number} failed
 * @property {number} skipped
 * @property {string[][]} [waiting] the assets of each of its steps, in order; told once, when the run begins
 */

/** @typedef {"card" | "check" | "lineage" | "assets" | "stale" | "asset" | "history" | "diff"} ViewName */
/** @typedef {{ data: Record<string, unknown>, metadata: Record<string, unknown> }} Value a mimebundle */
/** @typedef {{ view: ViewName, key?: string, selection?: string, check?: string, collapsed?: string[],
 *   older?: string, newer?: string }} Look */
/**
 * @typedef {object} RunRequest
 * @property {string} label in the reader's words: "orders", "everything stale"
 * @property {string[]} [keys]
 * @property {string} [selection]
 * @property {boolean} [stale] everything that is not fresh (within `selection` if given)
 * @property {boolean} [downstream] `keys` and all that is downstream of them
 * @property {boolean} [force] run `keys` even when fresh
 */

/**
 * The answer to a look. `html` is made by asset_magic.page, where all text of the user is escaped. Of a card, `text` is
 * what shows in it of a value that is text, and `value` is any other.
 * @typedef {{ kind: "view", id: string, view: ViewName, html: string, keys: string[], print?: string | null,
 *   value?: Value | null, text?: string, outputs?: Value[], code?: string, error?: string }} ViewReply
 */

/** @typedef {{ kind: "snapshot", assets: Record<string, Face>, queue: Queued[], run: Run | null, clock: number }} Snapshot */
/** @typedef {{ kind: "patch", assets?: Record<string, Face | null>, queue?: Queued[], run?: Run | null, clock: number }} Patch */
/** @typedef {{ kind: "done", id: string, error?: string }} Done */
/** @typedef {{ kind: "serve", id: string }} Serve a run waits for an event loop: the page has the kernel run it */
/** @typedef {Snapshot | Patch | ViewReply | Done | Serve} FromKernel */

/** @typedef {{ kind: "hello" }} Hello */
/** @typedef {{ kind: "look", id: string } & Look} LookMessage */
/** @typedef {{ kind: "run", id: string } & RunRequest} RunMessage */
/** @typedef {{ kind: "cancel", id: string }} Cancel */
/** @typedef {Hello | LookMessage | RunMessage | Cancel} ToKernel */

/**
 * What else than faces has changed since the last update.
 * @typedef {object} What
 * @property {Set<string>} turns keys that wait for their turn or run, where they did not before, and the other way round
 * @property {boolean} queue the queue, or what is still told of failures
 * @property {boolean} run the run, or (once a second while one runs) only its elapsed time
 * @property {boolean} time relative times ("2 min ago") are due to be written again (at most each 30 s)
 * @property {string | null} done the id of a run that has just ended; its error, if any, is in `page.failures`
 */

/**
 * A live view over one stored output. The constructor `(el, page)` keeps what is stored in place until it has
 * something better; `close` puts it back, with a note if one is given. An `update` with an empty `changed` and
 * `what.run` comes each second of a run: it must be cheap.
 * @typedef {object} View
 * @property {(changed: Set<string>, what: What) => void} update `changed`: keys whose face is new, other or gone
 * @property {(note?: string) => void} close
 */
/** @typedef {new (el: HTMLElement, page: import("./page.js").Page) => View} ViewClass */

/** @typedef {"fresh" | "stale" | "missing" | "failed" | "running" | "queued" | "source" | "gone" | "elsewhere"} State what a pill says */

// ---- the front end, as far as we touch it ----

/** @typedef {(...args: any[]) => void} Slot */
/** @typedef {{ connect: (slot: Slot) => unknown, disconnect: (slot: Slot) => unknown }} Signal */
/** @typedef {{ id: string, status?: string, commsOverSubshells?: string, interrupt: () => Promise<void>,
 *   requestExecute: (content: object) => unknown }} Kernel */
/**
 * @typedef {object} SessionContext
 * @property {{ kernel: Kernel | null } | null} session
 * @property {Signal} statusChanged
 * @property {Signal} connectionStatusChanged
 * @property {Signal} kernelChanged
 */
/** @typedef {{ path: string, contentsModel?: { path: string } | null, sessionContext: SessionContext }} DocumentContext */
/** @typedef {{ node: HTMLElement, renderModel: (model: object) => Promise<void>, dispose: () => void }} Renderer */
/**
 * @typedef {object} Rendermime
 * @property {(data: object, safe: "ensure" | "prefer" | "any") => string | undefined} preferredMimeType
 * @property {(mime: string) => Renderer} createRenderer
 * @property {{ typeset: (node: HTMLElement) => void } | null} [latexTypesetter]
 */
/** @typedef {{ context?: DocumentContext, kernel?: Kernel | null, rendermime?: Rendermime }} Manager */
/**
 * @typedef {object} Model the widget model that anywidget hands to `initialize` and `render`
 * @property {(content: ToKernel) => void} send
 * @property {(event: string, callback: Slot) => void} on
 * @property {(event: string, callback: Slot) => void} off
 * @property {Manager} [widget_manager]
 */

export {};
