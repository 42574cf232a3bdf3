"""A run's own bounds: the deployment's, narrowed to what the account has of the model and of Lambda.

Every step takes its bound from here, through the parameters that the state machine carries; none is fixed at
deployment.
"""

from dataclasses import replace

from course_kit.forecast.cached_calls import ONE_MODEL, AskedModels
from course_kit.forecast.course_estimate import CourseEstimate
from course_kit.forecast.course_work import MODEL_PACE, course_work
from course_kit.forecast.functions_at_once import functions_at_once, functions_beside_planners
from course_kit.forecast.model_quota import ModelQuota
from course_kit.forecast.scheduling import Concurrency, schedule
from course_kit.run.environment import FunctionEnvironment
from course_kit.run.events import ContentType, ModelProvider
from prepare_modules.quota_concurrency import RunConcurrency, concurrency_within_quota


def concurrency_of_run(
    course: CourseEstimate,
    content_type: ContentType,
    *,
    provider: ModelProvider,
    wanted_modules: int | None,
    environment: FunctionEnvironment,
    asked: AskedModels = ONE_MODEL,
) -> Concurrency:
    """Return what a run works on at once.

    Parameters
    ----------
    course, content_type
        What is made, as it was estimated.
    provider
        The quota of tokens and requests is Bedrock's.
    wanted_modules
        What the execution's input wants in place of the deployment's modules at once.
    environment
        The deployment's bounds and what the account has; 0: unknown, the bounds rule.
    asked
        The text models: what is read from a cache, and what another model writes, takes none of the quota.
    """
    bounds = Concurrency(
        modules=wanted_modules or environment.module_max_concurrency,
        lessons=environment.lesson_max_concurrency,
        images=environment.image_max_concurrency,
    )
    quota = ModelQuota(
        tokens_per_minute=environment.tokens_per_minute,
        requests_per_minute=environment.requests_per_minute,
        output_burndown=environment.models.table.burndown_of(environment.models.text(provider)),
    )
    # First the modules that the functions allow at all: the quota then makes the most of their lessons.
    within = concurrency_within_functions(course, environment.functions_at_once, bounds, content_type)
    if provider is ModelProvider.BEDROCK and quota.is_known:
        chosen = concurrency_within_quota(
            course, quota, RunConcurrency(modules=within.modules, lessons=within.lessons), asked
        )
        # A visual may need a call, too, for an illustration or a repair.
        bounds = Concurrency(modules=chosen.modules, lessons=chosen.lessons, images=min(bounds.images, chosen.lessons))
        within = concurrency_within_functions(course, environment.functions_at_once, bounds, content_type)
    return within


def concurrency_within_functions(
    course: CourseEstimate, functions: int, bounds: Concurrency, content_type: ContentType
) -> Concurrency:
    """Return the fastest concurrency of those that need no more functions at once; the bounds themselves for 0.

    Modules and planners are narrowed, and never below one of each: lessons are written within one function. List
    scheduling of the course's own estimate says which is the fastest; of equals it is the one with more modules.
    """
    lessons = [module.lessons for module in course.modules]
    if not functions or functions_at_once(bounds, content_type, lessons) <= functions:
        return bounds
    beside = functions_beside_planners(content_type)
    work = course_work(course, MODEL_PACE)
    choices = [
        replace(bounds, modules=modules, planners=max(min(functions // modules - beside, bounds.planners_at_once), 1))
        for modules in range(min(bounds.modules, len(lessons)), 0, -1)
    ]
    fitting = [choice for choice in choices if functions_at_once(choice, content_type, lessons) <= functions]
    return min(fitting or choices[-1:], key=lambda choice: schedule(work, choice).makespan)
