"""AB Smartly's second destination, ABsmartly (Actions): mappings that subscribe to events and say what is sent of them."""
