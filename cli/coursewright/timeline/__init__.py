"""The timeline of a run: records → intervals → critical path → picture."""

from coursewright.timeline.model import Timeline
from coursewright.timeline.records import RunRecords
from coursewright.timeline.run_timeline import timeline_of
from coursewright.timeline.view import render, write_timeline

__all__ = ["RunRecords", "Timeline", "render", "timeline_of", "write_timeline"]
