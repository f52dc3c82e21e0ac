"""Draft commitments from a text, each with its quote and place. A person confirms them; nothing enters by
itself."""

from milepost.intake.documents import Document, Paragraph, read_document
from milepost.intake.drafts import Draft, Proposal, propose

__all__ = ["Document", "Draft", "Paragraph", "Proposal", "propose", "read_document"]
