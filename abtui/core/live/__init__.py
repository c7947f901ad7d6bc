"""What arrives while it is posted: the bodies of Segment's SDKs read as Segment's API reads them, and how an SDK is pointed here."""
