namespace Actors.Tests;
