"""The constructs that CourseStack wires, one idea a file."""
