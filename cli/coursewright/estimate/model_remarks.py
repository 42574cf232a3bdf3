"""Remarks on an estimate's models: unknown ones, an end of life, and limits of answers."""

from collections.abc import Iterator
from datetime import date

from course_kit.forecast.course_estimate import CourseEstimate
from coursewright.estimate.terms import EstimateTerms


def remarks_on_models(terms: EstimateTerms, course: CourseEstimate, *, today: date) -> Iterator[str]:
    """Yield a line for each remark or refusal that a deployment with these models would get."""
    if terms.models is None:
        return
    text, image = terms.models.text_model(terms.text_model_id), terms.models.image_model(terms.image_model_id)
    for model_id, known in ((terms.text_model_id, text), (terms.image_model_id, image)):
        if model_id and known is None:
            yield f"{model_id} is not known to work; a deployment has to declare it (docs/models.md)."
        elif known and known.has_ended(today):
            yield f"{model_id} came to its end of life on {known.end_of_life}; use {known.instead}."
    longest = max((call.output_tokens for call in course.calls), default=0)
    if text and text.max_output_tokens < longest:
        yield (
            f"An answer of {terms.text_model_id} ends at {text.max_output_tokens:,} tokens, and the longest text here "
            f"takes {longest:,}. It is written in pieces, and the extra calls are not counted above."
        )
