"""Write, audit, publish: puts the marts in place for readers, who never see a half of them."""
