"""Modal dialogs over the workbench. Each returns its answer through `dismiss`; None means no."""
