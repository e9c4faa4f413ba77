// What a test asks of the front end itself, where there is no button for it: JupyterLab and Notebook 7 put their
// application into `jupyterapp` when they are started with expose_app_in_browser.
window.frontEnd = {
  /** The panels that show a notebook: more than one in a split view. */
  panels: (path) => [...jupyterapp.shell.widgets("main")].filter((widget) => widget.context?.path === path),

  /** @returns {string} the id of the panel's element, once the notebook is drawn */
  async ready(path, view) {
    const panel = frontEnd.panels(path)[view];
    await panel.context.ready;
    await panel.revealed;
    return panel.id;
  },

  async kernelReady(path) {
    const context = frontEnd.panels(path)[0].sessionContext;
    await context.ready;
    await context.session.kernel.info;
  },

  kernel: (path) => frontEnd.panels(path)[0].sessionContext.session?.kernel,

  /** Open a second document in the same page, both to be seen. */
  async open(path, mode) {
    frontEnd.showAll();
    await jupyterapp.commands.execute("docmanager:open", { path, options: { mode } });
  },

  /** JupyterLab was asked for one document, and would show only one at a time. */
  showAll() {
    jupyterapp.shell.mode = "multiple-document";
  },

  /** Run a command of the front end on one notebook, with one of its cells selected (or with whatever is selected). */
  async command(path, view, name, cell, options) {
    const panel = frontEnd.panels(path)[view];
    jupyterapp.shell.activateById?.(panel.id);
    await frontEnd.until(() => jupyterapp.shell.currentWidget === panel);
    if (cell !== null) {
      panel.content.deselectAll();
      panel.content.activeCellIndex = frontEnd.index(panel, cell);
    }
    return jupyterapp.commands.execute(name, options ?? {});
  },

  index: (panel, cell) => panel.content.widgets.findIndex((widget) => widget.model.id === cell),

  widget: (path, view, cell) => {
    const panel = frontEnd.panels(path)[view];
    return panel.content.widgets[frontEnd.index(panel, cell)];
  },

  /** Cells carry no id in the page: mark one for a selector. */
  mark(path, view, cell) {
    frontEnd.widget(path, view, cell).node.dataset.testCell = cell;
  },

  /** Lose the connection to the kernel, as when a laptop sleeps. The front end opens a new one by itself. */
  async disconnect(path) {
    const kernel = frontEnd.kernel(path);
    kernel._ws.close();
    await frontEnd.until(() => kernel.connectionStatus !== "connected");
    await frontEnd.until(() => kernel.connectionStatus === "connected");
  },

  async scrollTo(path, view, cell) {
    const notebook = frontEnd.panels(path)[view].content;
    const index = frontEnd.index(frontEnd.panels(path)[view], cell);
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index);
  },

  async until(condition) {
    while (!condition()) await new Promise((later) => requestAnimationFrame(later));
  },
};
