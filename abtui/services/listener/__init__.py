"""A stand-in for Segment's API and CDN on this machine: unmodified SDKs that are pointed at it post their events here.

`Listener` is the whole of it. A face starts one, shows its `address` and `core.live.sdks.snippets`, and takes what arrives:

    with Listener(port=8765) as listener:
        while listener.running:
            for arrival in listener.take(0.2):      # waits up to 0.2 s; [] if nothing came
                ...                                 # arrival.item is an Event, or Unreadable; its source is `live #12`
            listener.counts                         # a frozen snapshot, cheap to ask for

In place of waiting, a face may give `told=`, a function that the listener calls in its own thread after each request from which
something is to be taken; the face then calls `take()` in a thread of its own choice, which never waits. Nothing is lost if it
comes late: what does not fit in memory waits in a temporary file.
"""
